using System.Diagnostics;
using System.Text.Json;
using Consensus.Cli.Output;

namespace Consensus.Cli.Nodes;

/// <summary>A node in a process of its own: this very tool's <c>run</c>.</summary>
internal sealed class NodeProcess : IDisposable
{
    private const int ErrorLinesKept = 20;

    private readonly string _configuration;
    private readonly IReadOnlyList<string> _launcher;
    private readonly Queue<string> _errors = new();
    private Process? _process;

    /// <param name="configuration">The node's configuration file.</param>
    /// <param name="launcher">A program, and its arguments, that becomes the node's process; nothing: it is started directly.</param>
    public NodeProcess(string configuration, params IReadOnlyList<string> launcher) => (_configuration, _launcher) = (configuration, launcher);

    /// <summary>Whether there is a process, as far as is known: it may have ended by itself.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>The running process.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Process Process => _process ?? throw new InvalidOperationException("The node's process is not running.");

    /// <summary>Starts the node and waits until it is ready.</summary>
    /// <exception cref="CommandFailedException">It ended instead; the message has the last it said.</exception>
    public async Task<NodeReady> StartAsync(CancellationToken cancellationToken)
    {
        var process = Process.Start(ToolInvocation.Through(_launcher, "run", "--config", _configuration, "--json"))
            ?? throw new CommandFailedException("The node's process could not be started.");
        _process = process;
        process.ErrorDataReceived += (_, received) => Keep(received.Data);
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line is null || JsonSerializer.Deserialize(line, ToolJson.Default.NodeReady) is not { Endpoint: not null } ready)
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw new CommandFailedException($"The node of {_configuration} ended with exit code {process.ExitCode} before it was ready. It said: {LastErrors()}");
        }

        return ready;
    }

    /// <summary>Kills the process (SIGKILL where there is such a thing) and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        var process = Process;
        process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
        _process = null;
    }

    /// <summary>Kills the process, if it runs.</summary>
    public void Dispose()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_errors)
        {
            if (_errors.Count == ErrorLinesKept)
            {
                _errors.Dequeue();
            }

            _errors.Enqueue(line);
        }
    }

    private string LastErrors()
    {
        lock (_errors)
        {
            return string.Join(Environment.NewLine, _errors);
        }
    }
}
