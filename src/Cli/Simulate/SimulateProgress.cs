using System.Diagnostics;
using Consensus.Cli.Output;
using Spectre.Console;

namespace Consensus.Cli.Simulate;

/// <summary>Says how far many runs have come: a line now and then on standard error, or a bar where somebody watches.</summary>
internal sealed class SimulateProgress : IDisposable
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(100);

    private readonly int _runs;
    private readonly Report _report;
    private readonly bool _drawsBar;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _nextAt;
    private int _done;
    private int _failed;

    public SimulateProgress(int runs, Report report)
    {
        _runs = runs;
        _report = report;
        _drawsBar = report.Terminal.IsInteractive && !report.IsJson;
        _nextAt = _drawsBar ? TimeSpan.Zero : Interval;
    }

    /// <summary>One more run is done.</summary>
    public void Add(SeedResult result)
    {
        _done++;
        if (result.Violations.Count > 0)
        {
            _failed++;
            Erase();
            _report.Progress($"Seed {result.Seed}: {result.Violations[0].Checker} at {result.Violations[0].At:0.000000} s. Again: {result.Violations[0].Replay}");
        }

        if (_runs > 1 && _watch.Elapsed >= _nextAt)
        {
            _nextAt = _watch.Elapsed + (_drawsBar ? BarInterval : Interval);
            Draw();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Erase();

    private void Draw()
    {
        var rest = _watch.Elapsed / _done * (_runs - _done);
        var text = $"{_done:N0} of {_runs:N0} runs, {_failed:N0} failed, {rest.TotalSeconds:N0} s to go";
        if (!_drawsBar)
        {
            _report.Progress(text);
            return;
        }

        var filled = BarWidth * _done / _runs;
        _report.Terminal.Screen.Write(new Text($"\r[{new string('#', filled)}{new string('.', BarWidth - filled)}] {text}   "));
    }

    private void Erase()
    {
        if (_drawsBar && _runs > 1)
        {
            _report.Terminal.Screen.Write(new Text($"\r{new string(' ', BarWidth + 70)}\r"));
        }
    }
}
