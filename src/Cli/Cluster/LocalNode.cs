using System.Net;
using System.Security.Cryptography;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hosting;
using Consensus.Replication.Sessions;
using Consensus.Storage;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Cli.Cluster;

/// <summary>
/// A real node in this process: TCP on the loopback interface, log and snapshots in its folder. It can be killed and started again.
/// </summary>
/// <remarks>One caller at a time starts, kills and stops it; everything else may be read by anybody at any time.</remarks>
internal sealed class LocalNode
{
    private readonly LocalClusterOptions _options;
    private readonly Func<IEngine> _createEngine;
    private readonly ClusterId _cluster;
    private readonly ClusterMembership _membership;
    private readonly IPEndPoint _listen;
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly ITlsCredentialSource? _credentials;
    private readonly SignatureLibrary _signatures = new(Ed25519.Load);
    private volatile Run? _run;

    /// <param name="member">The node.</param>
    /// <param name="cluster">The cluster that it belongs to.</param>
    /// <param name="membership">All its nodes.</param>
    /// <param name="options">What it is made of.</param>
    /// <param name="createEngine">Makes the engine of one of its lives.</param>
    /// <param name="credentials">Its certificate; null for connections in the clear.</param>
    public LocalNode(
        Member member, ClusterId cluster, ClusterMembership membership, LocalClusterOptions options, Func<IEngine> createEngine, ITlsCredentialSource? credentials)
    {
        _createEngine = createEngine;
        _credentials = credentials;
        Id = member.Id;
        _cluster = cluster;
        _membership = membership;
        _options = options;
        _listen = IPEndPoint.Parse(member.Address);
        _files = options.Directory is null ? new MemoryFileSystem() : new DiskFileSystem();
        _directory = Path.Combine(options.Directory ?? Path.DirectorySeparatorChar.ToString(), $"node-{member.Id}");
    }

    /// <summary>Its number.</summary>
    public NodeId Id { get; }

    /// <summary>The running replica; <see langword="null"/> while it is down.</summary>
    public IConsensus? Consensus => _run?.Replica;

    /// <summary>Its view of the cluster; <see langword="null"/> while it is down.</summary>
    public ConsensusStatus? Status => _run?.Replica.Status;

    /// <summary>Completes when the running replica has stopped for good, with the reason.</summary>
    public Task<ConsensusException> Stopped => Running().Replica.Stopped;

    /// <summary>Starts it, with what is in its folder.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_run is not null)
        {
            throw new InvalidOperationException($"Node {Id} is running already.");
        }

        var files = new SeverableFileSystem(_files);
        var storage = OpenStorage(files);
        try
        {
            var engine = _createEngine();
            var state = new SessionedStateMachine(_options.CreateMachine(), new SessionOptions(), new ClientSignatures(_cluster, _signatures));
            var replica = await Replica.StartAsync(
                new ReplicaSetup
                {
                    Self = Id,
                    Engine = engine,
                    State = state,
                    Recovered = storage.Recovered,
                    Log = storage.Log,
                    Snapshots = storage.Snapshots,
                    Transport = CreateTransport(engine),
                    Options = _options.Replica,
                    Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
                },
                cancellationToken).ConfigureAwait(false);
            _run = new Run(replica, state, storage, files);
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends it as near to a crash as one process allows: nothing more reaches its disk, its connections break, nobody is told, and no
    /// leadership is handed over.
    /// </summary>
    public Task KillAsync()
    {
        Running().Files.Sever();
        return StopAsync();
    }

    /// <summary>Stops it.</summary>
    /// <returns>The hash of the state that it had applied.</returns>
    public async Task<Digest> StopAsync()
    {
        var run = Running();
        _run = null;
        await run.Replica.DisposeAsync().ConfigureAwait(false);
        run.Storage.Dispose();

        // Its threads have ended: nobody else uses the state any more.
        return run.State.StateHash();
    }

    private Run Running() => _run ?? throw new InvalidOperationException($"Node {Id} is not running.");

    private ReplicaStorage OpenStorage(IFileSystem files)
    {
        var identity = new ReplicaIdentity(_cluster, Id);
        if (!ReplicaStorage.Exists(files, _directory))
        {
            ReplicaStorage.Create(files, _directory, identity, _membership);
        }

        return ReplicaStorage.Open(files, _directory, identity, new ReplicaStorageOptions());
    }

    private TcpTransport CreateTransport(IEngine engine) => new(
        new TcpTransportOptions { Node = Id, Cluster = _cluster, Listen = _listen },
        engine.Codec,
        resolver: null,
        TimeProvider.System,
        NullLogger<TcpTransport>.Instance,
        _credentials);

    private sealed record Run(Replica Replica, SessionedStateMachine State, ReplicaStorage Storage, SeverableFileSystem Files);
}
