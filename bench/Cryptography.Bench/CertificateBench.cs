using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;

namespace Consensus.Cryptography.Bench;

/// <summary>What a quorum certificate costs besides the signatures' arithmetic.</summary>
[MemoryDiagnoser]
public class CertificateBench
{
    private const StatementKind Kind = StatementKind.HotStuffVote;

    private readonly QuorumCertificate[] _certificates = new QuorumCertificate[16];
    private SignerSet _members = null!;
    private StatementVerifier _remembering = null!;
    private StatementVerifier _forgetful = null!;
    private byte[] _bytes = [];
    private int _next;

    [Params(4, 31)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Make()
    {
        _members = SignerSet.Create(Enumerable.Range(1, Nodes).Select(i => new MemberKey(new NodeId((uint)i), new PublicKey(Bytes(PublicKey.Size, i)))));
        var domain = new SigningDomain(new ClusterId(Guid.NewGuid()), new Epoch(1), _members.Hash);
        for (var i = 0; i < _certificates.Length; i++)
        {
            var statement = new Statement(domain, Kind, new ViewNumber((ulong)i), new SequenceNumber((ulong)i), Blake3.Hash(Bytes(8, i)));
            _certificates[i] = new QuorumCertificate(
                statement, [.. _members.Members.Take(_members.Quorum).Select(member => new MemberSignature(member.Id, new Signature(Bytes(Signature.Size, i))))]);
        }

        _bytes = CertificateCodec.Encode(_certificates[0]);
        _remembering = new StatementVerifier(domain, _members, new AcceptAll(), new VerifiedSignatures(1 << 16));

        // Too small for the sixteen certificates in turn: each signature was forgotten when it comes again.
        _forgetful = new StatementVerifier(domain, _members, new AcceptAll(), new VerifiedSignatures(VerifiedSignatures.CapacityMin));
    }

    [Benchmark]
    public bool Decode() => CertificateCodec.TryDecode(_bytes, _members, _members.Quorum, out _, out _);

    [Benchmark]
    public bool VerifyRemembered() => _remembering.Verify(Next(), Kind, _members.Quorum, out _);

    [Benchmark]
    public bool VerifyForgotten() => _forgetful.Verify(Next(), Kind, _members.Quorum, out _);

    private QuorumCertificate Next() => _certificates[_next++ % _certificates.Length];

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, seed + 1);
        return bytes;
    }
}
