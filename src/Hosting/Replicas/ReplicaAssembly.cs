using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Replication.Sessions;
using Consensus.Storage.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting;

/// <summary>Puts a group's replica together from what is registered, and starts it.</summary>
internal sealed class ReplicaAssembly
{
    private readonly IServiceProvider _services;
    private readonly string _name;
    private readonly ConsensusOptions _options;

    public ReplicaAssembly(IServiceProvider services, string name, ConsensusOptions options)
    {
        _services = services;
        _name = name;
        _options = options;
    }

    /// <summary>Opens or creates the data folder, and starts a replica on it.</summary>
    /// <exception cref="ConsensusException">The data folder cannot be used, or the address cannot be listened on.</exception>
    public async ValueTask<RunningReplica> StartAsync(CancellationToken cancellationToken)
    {
        var engine = _services.GetRequiredKeyedService<IEngine>(_name);
        var state = new SessionedStateMachine(
            _services.GetRequiredKeyedService<IStateMachine>(_name),
            _options.Sessions.ToOptions(),
            new ClientSignatures(_options.ClusterId, _services.GetRequiredService<SignatureLibrary>()));
        var transport = CreateTransport(engine);
        try
        {
            var engines = _services.GetRequiredService<EngineCatalogue>();
            var (storage, isNew) = DataFolder.Open(_services.GetRequiredKeyedService<IFileSystem>(_name), _options, engines.DemandsOf(_options), engines.MarkOf(_options));
            try
            {
                var evidence = OpenArchive(engine, storage.Recovered);
                var setup = new ReplicaSetup
                {
                    Self = _options.Node,
                    Engine = engine,
                    State = state,
                    Recovered = storage.Recovered,
                    Log = storage.Log,
                    Snapshots = storage.Snapshots,
                    Evidence = evidence,
                    Transport = transport,
                    Options = _options.Replica.ToOptions(_options.Snapshots),
                    Time = _services.GetRequiredKeyedService<TimeProvider>(_name),
                    Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))),
                };
                return new RunningReplica(await StartReplicaAsync(setup, cancellationToken).ConfigureAwait(false), storage, evidence, isNew);
            }
            catch
            {
                storage.Dispose();
                throw;
            }
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The evidence of earlier runs. Where nobody signs there is none.</summary>
    private EvidenceArchive OpenArchive(IEngine engine, RecoveredState recovered)
    {
        var archive = _services.GetRequiredKeyedService<EvidenceArchive>(_name);
        if (engine is HybridEngine hybrid)
        {
            archive.Open(hybrid.ReadEpochs(recovered), _services.GetRequiredService<SignatureLibrary>().Ed25519);
        }
        else if (_services.GetRequiredService<EngineCatalogue>().Signs(_options.EngineName))
        {
            archive.Open(_options.ClusterId, SignerSet.Create(MemberKeys.Of(_options)), _services.GetRequiredService<SignatureLibrary>().Ed25519);
        }

        return archive;
    }

    /// <summary>Starts the replica; if its transport cannot listen, the failure names the setting that says where.</summary>
    private async ValueTask<Replica> StartReplicaAsync(ReplicaSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            return await Replica.StartAsync(setup, cancellationToken).ConfigureAwait(false);
        }
        catch (ConsensusException exception) when (exception is { Reason: ConsensusFailure.InvalidConfiguration, InnerException: SocketException cause })
        {
            var (path, value) = TcpTransportSetup.ListenSetting(_options);
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"{path} is \"{value}\", where this node cannot listen ({cause.Message}); allowed: an address of this machine with a port that no other program uses.",
                exception);
        }
    }

    private ContactsTransport CreateTransport(IEngine engine)
    {
        var transport = new ContactsTransport(
            _services.GetRequiredKeyedService<TransportFactory>(_name)(_services, _options, engine),
            _options.Contacts);
        _services.GetRequiredKeyedService<HostedPeers>(_name).Follow(transport);
        return transport;
    }
}
