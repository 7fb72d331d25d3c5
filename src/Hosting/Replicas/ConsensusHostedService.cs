using System.Diagnostics;
using Consensus.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>
/// Runs one group's replica as long as the host runs. It starts before, and stops after, all hosted services that are not of this kind, so
/// that they may use the replica for as long as they live; leadership is handed over as soon as the host begins to stop.
/// </summary>
public sealed partial class ConsensusHostedService : IHostedLifecycleService, IAsyncDisposable
{
    private readonly IServiceProvider _services;
    private readonly string _name;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<ConsensusHostedService> _logger;
    private RunningReplica? _running;
    private Task _watch = Task.CompletedTask;
    private Task _eventLog = Task.CompletedTask;
    private Task _signals = Task.CompletedTask;
    private CertificateWatch? _certificateWatch;
    private volatile bool _isStopping;

    internal ConsensusHostedService(
        IServiceProvider services, string name, IHostApplicationLifetime lifetime, ILogger<ConsensusHostedService> logger)
    {
        _services = services;
        _name = name;
        _lifetime = lifetime;
        _logger = logger;
    }

    private ConsensusOptions Options => _services.GetRequiredKeyedService<ConsensusOptions>(_name);

    private HostedConsensus Consensus => _services.GetRequiredKeyedService<HostedConsensus>(_name);

    /// <summary>Opens or creates the data folder, and starts the replica.</summary>
    /// <exception cref="ConsensusException">The replica cannot start; the message says why.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var options = Options;
        var consensus = Consensus;
        try
        {
            _running = await new ReplicaAssembly(_services, _name, options).StartAsync(cancellationToken).ConfigureAwait(false);
            if (_running.IsNew)
            {
                Log.FolderCreated(_logger, options.Node, options.DataDirectory, options.Initialize);
            }
        }
        catch (ConsensusException exception)
        {
            consensus.SetFailed(exception);
            throw;
        }

        var replica = _running.Replica;
        var transport = _services.GetRequiredKeyedService<TransportFactory>(_name);
        var isTcp = transport.Target is TcpTransportSetup;
        var credentials = isTcp ? _services.GetRequiredKeyedService<NodeCredentials>(_name) : null;
        consensus.SetRunning(replica, credentials);
        Log.Started(_logger, options.Node, options.ClusterId, options.EngineName, replica.Status.LastIndex);
        if (options.IsAuto && options.Selection.SelectFor(options.Voters) is { } selection)
        {
            Log.EngineSelected(_logger, options.Node, options.EngineName, selection.Explanation);
        }

        var storage = _running.Storage;
        RecoveryReport.Log(_logger, options.Node, storage.Found, storage.Snapshots.Damaged.Select(damaged => damaged.Problem), storage.Torn);
        ExposureWarning.Log(_logger, options, isTcp);
        if (!_services.GetRequiredService<SignatureLibrary>().IsThere)
        {
            Log.NoSignatures(_logger, options.Node);
        }

        if (credentials?.Source is { } source)
        {
            _certificateWatch = new CertificateWatch(
                _logger, options.Node, options.Transport.Tls, source, _services.GetRequiredKeyedService<TimeProvider>(_name));
        }

        var time = _services.GetRequiredKeyedService<TimeProvider>(_name);
        _eventLog = new EventLog(_logger, options.Node, time).FollowAsync(replica);
        _signals = new ReplicaSignals(_services.GetRequiredKeyedService<SignalSource>(_name), replica, time).FollowAsync();
        _watch = WatchAsync(replica, options, consensus);
    }

    /// <summary>Does nothing: the replica runs already.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does nothing: the replica runs already.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hands leadership over, if the replica leads.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_running is { } running && running.Replica.Status.Role == ReplicaRole.Leader)
        {
            await HandOverAsync(running.Replica, Options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Does nothing: other hosted services may need the replica while they stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Stops the replica.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <summary>Stops the replica, if that has not been done.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_running is not { } running)
        {
            return;
        }

        _isStopping = true;
        _certificateWatch?.Dispose();
        await running.DisposeAsync().ConfigureAwait(false);
        await _eventLog.ConfigureAwait(false);
        await _signals.ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
    }

    private async Task HandOverAsync(Replica replica, ConsensusOptions options, CancellationToken cancellationToken)
    {
        var hasSuccessor = replica.Status.Membership.Members.Any(member => member.Role == MemberRole.Voter && member.Id != options.Node);
        if (options.HandoverTimeout == TimeSpan.Zero || !hasSuccessor)
        {
            return;
        }

        var time = _services.GetRequiredKeyedService<TimeProvider>(_name);
        using var limit = new CancellationTokenSource(options.HandoverTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var result = await replica.TransferLeadershipAsync(NodeId.None, either.Token).ConfigureAwait(false);
            if (result.IsDone)
            {
                Log.HandedOver(_logger, options.Node, replica.Status.Leader);
            }
            else if (result.Refusal != RefusalReason.NotSupported)
            {
                // Of an engine whose leaders follow from the view nobody expects it.
                Log.NotHandedOver(_logger, options.Node, $"{result.Refusal}: {result.Detail}");
            }
        }
        catch (OperationCanceledException)
        {
            Log.NotHandedOver(_logger, options.Node, $"it took longer than {DurationText.Format(options.HandoverTimeout)}, or the host would wait no longer.");
        }
        catch (ConsensusException exception)
        {
            Log.NotHandedOver(_logger, options.Node, exception.Message);
        }
    }

    /// <summary>Waits for the replica's end, and acts if nobody asked for it.</summary>
    private async Task WatchAsync(Replica replica, ConsensusOptions options, HostedConsensus consensus)
    {
        var reason = await replica.Stopped.ConfigureAwait(false);
        if (_isStopping && reason.Reason == ConsensusFailure.Stopped)
        {
            Log.Stopped(_logger, options.Node);
            return;
        }

        consensus.SetFailed(reason);
        Log.Failed(_logger, options.Node, reason.Reason, reason);
        switch (options.OnReplicaFailure)
        {
            case ReplicaFailureReaction.StopHost:
                Log.StoppingHost(_logger, options.Node);
                _services.GetRequiredService<IExitCode>().Fail();
                _lifetime.StopApplication();
                return;
            case ReplicaFailureReaction.KeepRunning:
                Log.KeepingHost(_logger, options.Node);
                return;
        }

        throw new UnreachableException($"The reaction {options.OnReplicaFailure} passed the validation of the settings.");
    }

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 100,
            EventName = "consensus.node.folder_created",
            Level = LogLevel.Information,
            Message = "Node {Node} created its data folder {Folder} ({Mode}).")]
        public static partial void FolderCreated(ILogger logger, NodeId node, string folder, InitializeMode mode);

        [LoggerMessage(
            EventId = 101,
            EventName = "consensus.node.started",
            Level = LogLevel.Information,
            Message = "Node {Node} of cluster {Cluster} runs {Algorithm}; its log ends at {LastIndex}.")]
        public static partial void Started(ILogger logger, NodeId node, ClusterId cluster, string algorithm, LogIndex lastIndex);

        [LoggerMessage(
            EventId = 107,
            EventName = "consensus.node.no_signatures",
            Level = LogLevel.Warning,
            Message = "Node {Node} has no library for signatures. It stops for good at the first command that a client signs in a session with a key, which any other node may let in, and at each start after that. Install libsodium or OpenSSL on all nodes.")]
        public static partial void NoSignatures(ILogger logger, NodeId node);

        [LoggerMessage(
            EventId = 108,
            EventName = "consensus.node.engine_selected",
            Level = LogLevel.Information,
            Message = "Node {Node} has chosen the algorithm {Algorithm}. {Explanation} Each member chooses by its own settings, which must be the same.")]
        public static partial void EngineSelected(ILogger logger, NodeId node, string algorithm, string explanation);

        [LoggerMessage(EventId = 110, EventName = "consensus.node.handed_over", Level = LogLevel.Information, Message = "Node {Node} handed leadership over to node {Leader}.")]
        public static partial void HandedOver(ILogger logger, NodeId node, NodeId leader);

        [LoggerMessage(
            EventId = 111,
            EventName = "consensus.node.not_handed_over",
            Level = LogLevel.Warning,
            Message = "Node {Node} stops without having handed leadership over: {Reason} The others elect a leader by themselves.")]
        public static partial void NotHandedOver(ILogger logger, NodeId node, string reason);

        [LoggerMessage(EventId = 112, EventName = "consensus.node.stopped", Level = LogLevel.Information, Message = "Node {Node} stopped.")]
        public static partial void Stopped(ILogger logger, NodeId node);

        [LoggerMessage(EventId = 120, EventName = "consensus.node.failed", Level = LogLevel.Critical, Message = "Node {Node} failed for good ({Reason}).")]
        public static partial void Failed(ILogger logger, NodeId node, ConsensusFailure reason, Exception exception);

        [LoggerMessage(EventId = 121, EventName = "consensus.node.stopping_host", Level = LogLevel.Critical, Message = "The host stops because node {Node} failed.")]
        public static partial void StoppingHost(ILogger logger, NodeId node);

        [LoggerMessage(
            EventId = 122,
            EventName = "consensus.node.keeping_host",
            Level = LogLevel.Warning,
            Message = "The host goes on without node {Node}, as its settings say; operations on it throw.")]
        public static partial void KeepingHost(ILogger logger, NodeId node);
    }
}
