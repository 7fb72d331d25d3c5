using System.Net;
using System.Text;
using Consensus.Cli.Nodes;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>One node of a <see cref="RealCluster"/>: its files, its process while it runs, and its API.</summary>
internal sealed class RealNode : IDisposable
{
    private readonly NodeProcess _process;

    private NodeApi? _api;

    /// <param name="number">Its number.</param>
    /// <param name="config">Its configuration file.</param>
    /// <param name="dataDirectory">Its data folder.</param>
    /// <param name="launcher">What starts its process; nothing: it is started directly.</param>
    public RealNode(uint number, string config, string dataDirectory, params IReadOnlyList<string> launcher)
    {
        (Number, Config, DataDirectory) = (number, config, dataDirectory);
        _process = new NodeProcess(config, launcher);
    }

    public uint Number { get; }

    public string Config { get; }

    public string DataDirectory { get; }

    /// <summary>Its cluster's identity.</summary>
    public required Guid Cluster { get; init; }

    /// <summary>Where the other nodes reach it.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required Uri Endpoint { get; init; }

    public NodeApi Api => _api ??= new NodeApi(Endpoint);

    public int ProcessId => _process.Process.Id;

    /// <summary>Whether its process has ended by itself.</summary>
    public bool HasExited => _process.Process.HasExited;

    public bool IsRunning => _process.IsRunning;

    /// <summary>Starts it, and waits until it is ready.</summary>
    public Task<NodeReady> StartAsync() => _process.StartAsync(CancellationToken.None);

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGSTOP: it keeps its connections and files, and does nothing.</summary>
    public Task PauseAsync() => Signals.SendAsync("STOP", ProcessId);

    /// <summary>SIGCONT.</summary>
    public Task ResumeAsync() => Signals.SendAsync("CONT", ProcessId);

    /// <summary>SIGTERM, and waits until it has stopped.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await Signals.SendAsync("TERM", ProcessId);
        await _process.Process.WaitForExitAsync();
        var exitCode = _process.Process.ExitCode;
        await _process.KillAsync();
        return exitCode;
    }

    /// <summary>What a read gives, the newest value or the one applied here; asked again until there is an answer.</summary>
    public async Task<string> ReadAsync(string key, bool isStale = false)
    {
        var answer = await Poll.ForAsync($"node {Number} answers what {key} is", async () =>
            await Api.GetAsync(key, isStale) is { } answer && (answer.Problem is null || answer.Problem.Code == "not-found") ? answer : null);
        return answer.Problem is null ? Encoding.UTF8.GetString(answer.Body) : "nothing";
    }

    /// <summary>Writes until it is acknowledged.</summary>
    public Task<ApiAnswer> WriteAsync(string key, string value) =>
        Poll.ForAsync($"node {Number} takes {key}", async () => await Api.PutAsync(key, value) is { Problem: null } answer ? answer : null);

    /// <summary>Hands leadership to it.</summary>
    public Task LeadAsync() => Poll.UntilAsync($"node {Number} leads", async () =>
        await Api.StatusAsync() is { IsLeader: true } || await Api.PostAsync("v1/control/transfer", new { target = Number }) is { Problem: null });

    public void Dispose()
    {
        _process.Dispose();
        _api?.Dispose();
    }
}
