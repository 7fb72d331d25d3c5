using System.Globalization;

namespace Consensus.Hybrid.Tests.Threat;

/// <summary>Members 1 to n of one epoch. Signatures are others' business: whoever keeps reports and proofs is given checked ones.</summary>
internal static class Group
{
    public static readonly SigningDomain Domain = new(new ClusterId(Guid.Parse("6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11")), new Epoch(3), Blake3.Hash("epoch"u8));

    public static SignerSet Of(int members) => SignerSet.Create(
        Enumerable.Range(1, members).Select(id => new MemberKey(Node(id), PublicKey.Parse(id.ToString("x64", CultureInfo.InvariantCulture)))));

    public static NodeId Node(int id) => new((uint)id);

    public static Ticks At(double seconds) => Ticks.Zero + TimeSpan.FromSeconds(seconds);

    /// <summary>Evidence against a member; other places, other evidence.</summary>
    public static EquivocationEvidence Evidence(int signer, ulong place = 1, SigningDomain? domain = null)
    {
        var one = new Statement(domain ?? Domain, StatementKind.PbftPrepare, new ViewNumber(1), new SequenceNumber(place), Blake3.Hash("one"u8));
        var other = one with { Hash = Blake3.Hash("other"u8) };
        return EquivocationEvidence.TryCreate(new SignedStatement(one, Node(signer), default), new SignedStatement(other, Node(signer), default), out var evidence, out var defect)
            ? evidence
            : throw new AssertionException(defect.Detail);
    }
}
