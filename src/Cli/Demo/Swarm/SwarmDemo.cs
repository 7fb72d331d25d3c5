using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Consensus.Gossip;
using Consensus.Swarm;

namespace Consensus.Cli.Demo.Swarm;

/// <summary>
/// A swarm of real nodes over loopback: they tell each other things and write values, two fifths are cut off and change nothing any more, and when the swarm is whole again all have everything.
/// </summary>
internal sealed class SwarmDemo(SwarmDemoOptions options, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly long _start = time.GetTimestamp();
    private readonly List<SwarmNode> _nodes = [];
    private readonly List<TimelineEntry> _timeline = [];
    private readonly List<string> _problems = [];
    private readonly List<(byte[] Key, byte[] Content)> _written = [];
    private readonly RumourTally _rumours = new(options.Nodes);
    private int _writtenInMinority;
    private int _refused;
    private bool _isCut;

    /// <summary>Runs it.</summary>
    public async Task<SwarmDemoResult> RunAsync(CancellationToken cancellationToken)
    {
        var keys = new SwarmDemoKeys(options.Nodes);
        try
        {
            await StartAsync(keys, cancellationToken).ConfigureAwait(false);
            return await WorkAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var node in _nodes)
            {
                await node.DisposeAsync().ConfigureAwait(false);
            }

            keys.Dispose();
        }
    }

    private IEnumerable<SwarmNode> Minority => _nodes.Take(options.Minority);

    private async Task StartAsync(SwarmDemoKeys keys, CancellationToken cancellationToken)
    {
        var swarm = new ClusterId(Guid.NewGuid());
        var secret = SwarmKey.FromBytes(RandomNumberGenerator.GetBytes(SwarmKey.Size));
        for (var number = 1u; number <= options.Nodes; number++)
        {
            var node = await SwarmNode.StartAsync(
                new SwarmSetup
                {
                    Swarm = swarm,
                    Id = new NodeId(number),
                    Listen = new IPEndPoint(IPAddress.Loopback, 0),
                    Seeds = _nodes.Count == 0 ? [] : [_nodes[0].Address],
                    Key = secret,
                    Signer = keys.SignerOf(new NodeId(number)),
                    Verifier = keys.Verifier,
                    KeyOf = keys.Find,
                    Options = new SwarmNodeOptions { Membership = MembershipOptions.Fast },
                    TimeProvider = time,
                },
                cancellationToken).ConfigureAwait(false);
            node.Handle("demo", (rumour, _) =>
            {
                _rumours.OnHeard(node.Id, rumour.Id);
                return ValueTask.CompletedTask;
            });
            _nodes.Add(node);
        }

        var joined = await UntilAsync(() => _nodes.All(node => node.LiveCount == options.Nodes), "all nodes know each other", cancellationToken).ConfigureAwait(false);
        Say($"{options.Nodes} nodes know each other after {joined.TotalMilliseconds:N0} ms");
    }

    private async Task<SwarmDemoResult> WorkAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(options.Duration * 0.35, tells: true, cancellationToken).ConfigureAwait(false);
        await UntilAsync(() => _rumours.Missing == 0, "everybody was told everything", cancellationToken).ConfigureAwait(false);
        Say($"{_written.Count} values written, {_rumours.Count} rumours told to all");

        var readOnly = await CutAsync(cancellationToken).ConfigureAwait(false);
        foreach (var node in _nodes)
        {
            node.CutOff(null);
        }

        Say($"the cut ends; {_written.Count} values written by now, {_writtenInMinority} of them in the smaller part, {_refused} refused there");
        var merged = await UntilAsync(() => _nodes.All(node => node.LiveCount == options.Nodes && node.Side == SwarmSide.Majority) && DigestsAgree(), "the swarm is whole, and all have the same state", cancellationToken).ConfigureAwait(false);
        Say($"whole, and merged, after {merged.TotalMilliseconds:N0} ms");
        return Judge(readOnly, merged);
    }

    private async Task<TimeSpan> CutAsync(CancellationToken cancellationToken)
    {
        var isMinority = Minority.Select(node => node.Id).ToHashSet();
        foreach (var node in _nodes)
        {
            var here = isMinority.Contains(node.Id);
            node.CutOff(other => isMinority.Contains(other) != here);
        }

        _isCut = true;
        Say($"nodes 1 to {options.Minority} are cut off from the others");
        var load = LoadAsync(options.Duration * 0.5, tells: false, cancellationToken);
        var readOnly = await UntilAsync(() => Minority.All(node => node.Side == SwarmSide.Minority), "the smaller part knows that it is", cancellationToken).ConfigureAwait(false);
        Say($"the smaller part changes nothing any more, {readOnly.TotalMilliseconds:N0} ms after the cut");
        await load.ConfigureAwait(false);
        return readOnly;
    }

    /// <summary>Somebody writes, and somebody tells, in turn.</summary>
    private async Task LoadAsync(TimeSpan duration, bool tells, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (time.GetElapsedTime(begin) < duration)
        {
            var node = _nodes[RandomNumberGenerator.GetInt32(_nodes.Count)];
            Write(node);
            if (tells)
            {
                _rumours.OnTold(node.Broadcast("demo", RandomNumberGenerator.GetBytes(64)).Id);
            }

            await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Write(SwarmNode node)
    {
        var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"value {_written.Count + _refused}"));
        var content = RandomNumberGenerator.GetBytes(64);
        try
        {
            node.Put(key, content);
            _written.Add((key, content));
            _writtenInMinority += _isCut && node.Id.Value <= options.Minority ? 1 : 0;
        }
        catch (SwarmDividedException)
        {
            _refused++;
        }
    }

    private SwarmDemoResult Judge(TimeSpan readOnly, TimeSpan merged)
    {
        var lost = _nodes.Sum(node => _written.Count(value => node.Get(value.Key) is not { } found || !found.Content.Span.SequenceEqual(value.Content)));
        var rejections = _nodes.Sum(node => node.Counts[SwarmCount.Rejections]);
        if (rejections > 0)
        {
            _problems.Add($"Nodes held {rejections} messages of honest ones against them.");
        }

        return new SwarmDemoResult
        {
            Algorithm = SwarmDemoOptions.Algorithm,
            Nodes = options.Nodes,
            Minority = options.Minority,
            Seconds = Math.Round(time.GetElapsedTime(_start).TotalSeconds, 3),
            Written = _written.Count,
            WrittenInMinority = _writtenInMinority,
            Refused = _refused,
            Broadcasts = _rumours.Count,
            ReadOnlyMs = Math.Round(readOnly.TotalMilliseconds),
            MergedMs = Math.Round(merged.TotalMilliseconds),
            StateHashesAgree = DigestsAgree(),
            StateHash = DigestsAgree() ? _nodes[0].StateDigest.ToString() : "",
            Lost = lost + _rumours.Missing,
            Duplicated = _rumours.Repeated,
            Timeline = _timeline,
            Problems = _problems,
        };
    }

    private bool DigestsAgree()
    {
        var first = _nodes[0].StateDigest;
        return _nodes.All(node => node.StateDigest == first);
    }

    /// <summary>Waits for something, and says so if it does not come.</summary>
    /// <returns>How long it took.</returns>
    private async Task<TimeSpan> UntilAsync(Func<bool> holds, string what, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        while (!holds())
        {
            if (time.GetElapsedTime(begin) > Patience)
            {
                _problems.Add($"Within {Patience.TotalSeconds:N0} s it did not come true that {what}.");
                break;
            }

            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
        }

        return time.GetElapsedTime(begin);
    }

    private void Say(FormattableString text)
    {
        var entry = new TimelineEntry(Math.Round(time.GetElapsedTime(_start).TotalSeconds, 3), "event", text.ToString(CultureInfo.InvariantCulture));
        _timeline.Add(entry);
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.AtS,8:F3} s  {entry.Text}"));
    }
}
