using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Simulation.Tests.Checkers.Byzantine;

/// <summary>Four members, and what they may say. Checkers look at what is said, not at signatures.</summary>
internal static class Signed
{
    public const int Count = 4;

    private static readonly SimulatedKeyRegistry Keys = new(1);

    public static SignerSet Members { get; } =
        SignerSet.Create(Enumerable.Range(1, Count).Select(id => new MemberKey(new NodeId((uint)id), Keys.PublicKeyOf(new NodeId((uint)id)))));

    public static SigningDomain Domain { get; } = new(default, Epoch.Zero, Members.Hash);

    public static Prepare Prepare(ulong view, ulong number, byte content, ulong lsn = 0) => new(new Lsn(lsn), new ViewNumber(view), new SequenceNumber(number), CheckerBed.Hash(content), default);

    public static Commit Commit(ulong view, ulong number, byte content, ulong lsn = 0) => new(new Lsn(lsn), new ViewNumber(view), new SequenceNumber(number), CheckerBed.Hash(content), default);

    public static Statement Statement(StatementKind kind, ulong view, ulong number, byte content) => new(Domain, kind, new ViewNumber(view), new SequenceNumber(number), CheckerBed.Hash(content));

    public static QuorumCertificate Certificate(StatementKind kind, ulong view, ulong number, byte content, params uint[] signers) =>
        new(Statement(kind, view, number, content), [.. signers.Select(signer => new MemberSignature(new NodeId(signer), default))]);

    public static ISigner Signer(uint member) => Keys.CreateSigner(new NodeId(member));
}
