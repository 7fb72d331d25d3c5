using System.Buffers;
using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Pbft.Bench;

/// <summary>From the bytes of a second, contradictory prepare to the evidence among the effects of the turn, with real signatures: decoding, verification and the core's step are in it.</summary>
/// <remarks>A core tells one place once, so each call meets a core of its own, which knows the first prepare. An iteration is short for that reason; look at the largest of many.</remarks>
[MemoryDiagnoser]
[InvocationCount(1)]
[IterationCount(30)]
[WarmupCount(10)]
public class EvidenceBench
{
    private const int Cores = 64;
    private static readonly NodeId Self = new(1);
    private static readonly NodeId Liar = new(4);

    private readonly MessageIngress[] _ingresses = new MessageIngress[Cores];
    private readonly IProtocolCore[] _cores = new IProtocolCore[Cores];
    private readonly EffectBuffer[] _effects = new EffectBuffer[Cores];
    private readonly Ed25519SigningKey[] _keys = new Ed25519SigningKey[4];
    private Ed25519 _ed25519 = null!;
    private SignerSet _members = null!;
    private byte[] _first = [];
    private byte[] _second = [];

    [Params(Ed25519Library.Sodium, Ed25519Library.OpenSsl)]
    public Ed25519Library Library { get; set; }

    [GlobalSetup]
    public void MakeMessages()
    {
        _ed25519 = Ed25519.Load(Library);
        for (var i = 0; i < _keys.Length; i++)
        {
            _keys[i] = _ed25519.CreateSigningKey(Blake3Bytes((byte)i));
        }

        _members = SignerSet.Create(_keys.Select((key, i) => new MemberKey(new NodeId((uint)i + 1), key.PublicKey)));
        _first = Encode(Prepare(1));
        _second = Encode(Prepare(2));
    }

    [GlobalCleanup]
    public void WipeKeys() => Array.ForEach(_keys, key => key.Dispose());

    [IterationSetup]
    public void MakeCores()
    {
        for (var i = 0; i < Cores; i++)
        {
            var engine = new PbftEngine(new PbftOptions(), Identity(Self));
            _effects[i] = new EffectBuffer(Lsn.Zero);
            _ingresses[i] = new MessageIngress(engine.Codec, engine.Verifier);
            _cores[i] = engine.CreateCore(new CoreContext
            {
                Self = Self,
                Epoch = Epoch.Zero,
                Seed = 1,
                Now = Ticks.Zero,
                Recovered = new RecoveredState
                {
                    Snapshot = null,
                    Base = LogPosition.Origin,
                    Entries = [],
                    Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty,
                    LastLsn = Lsn.Zero,
                    Bootstrap = ClusterMembership.Empty,
                    AcceptsWrites = true,
                },
            });
            Receive(i, _first);
        }
    }

    [Benchmark(OperationsPerInvoke = Cores)]
    public int Prove()
    {
        var proven = 0;
        for (var i = 0; i < Cores; i++)
        {
            Receive(i, _second);
            proven += _effects[i].Evidence.Count;
        }

        return proven == Cores ? proven : throw new InvalidOperationException($"{proven} of {Cores} contradictions became evidence.");
    }

    private void Receive(int i, byte[] frame)
    {
        if (!_ingresses[i].TryAccept(Liar, frame, out var message, out var defect))
        {
            throw new InvalidOperationException(defect);
        }

        _cores[i].Step(Ticks.Zero, message, _effects[i]);
        _cores[i].EndTurn(Ticks.Zero, _effects[i]);
    }

    private byte[] Encode(ProtocolMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new PbftEngine(new PbftOptions(), Identity(Self)).Codec.Encode(message, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private Prepare Prepare(byte content)
    {
        var digest = Blake3.Hash([content]);
        var number = new SequenceNumber(1);
        return new Prepare(Lsn.Zero, ViewNumber.Zero, number, digest, Identity(Liar).Sign(StatementKind.PbftPrepare, ViewNumber.Zero, number, digest));
    }

    /// <summary>A member that has seen no signature yet.</summary>
    private ByzantineIdentity Identity(NodeId node) => new(
        node,
        _keys[(int)node.Value - 1],
        new StatementVerifier(new SigningDomain(default, Epoch.Zero, _members.Hash), _members, _ed25519, new VerifiedSignatures(VerifiedSignatures.CapacityMin)));

    private static byte[] Blake3Bytes(byte seed)
    {
        var bytes = new byte[Ed25519.SeedSize];
        Blake3.Hash([seed]).CopyTo(bytes);
        return bytes;
    }
}
