using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Two statements of one member of which a correct one signs at most one. With valid signatures, which anybody can check, it proves that the member is faulty.</summary>
/// <remarks>
/// <para>Immutable and safe to share between threads. Every object of this type contradicts itself in the way that <see cref="ExclusiveStatements"/> demands; whether its
/// signatures are valid is for <see cref="EvidenceVerifier"/> to say.</para>
/// <para>The statement with the smaller hash is the first, in whatever order they were seen, so that who finds the same contradiction holds the same evidence.</para>
/// </remarks>
public sealed class EquivocationEvidence
{
    private readonly SignedStatement _first;
    private readonly SignedStatement _second;

    private EquivocationEvidence(in SignedStatement first, in SignedStatement second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>Who is accused.</summary>
    public NodeId Signer => _first.Signer;

    /// <summary>The cluster and epoch in which it happened.</summary>
    public SigningDomain Domain => _first.Statement.Domain;

    /// <summary>What the two statements are about.</summary>
    public StatementKind Kind => _first.Statement.Kind;

    /// <summary>What the two statements are about, in a few words: of what, and where.</summary>
    public string About => Kind switch
    {
        StatementKind.PbftPrePrepare => $"pre-prepare of block {_first.Statement.Sequence.Value} in view {_first.Statement.View.Value}",
        StatementKind.PbftPrepare => $"prepare of block {_first.Statement.Sequence.Value} in view {_first.Statement.View.Value}",
        StatementKind.PbftCommit => $"commit of block {_first.Statement.Sequence.Value} in view {_first.Statement.View.Value}",
        StatementKind.Checkpoint => $"checkpoint after block {_first.Statement.Sequence.Value}",
        StatementKind.HotStuffProposal => $"proposal in view {_first.Statement.View.Value}",
        StatementKind.HotStuffVote => $"vote in view {_first.Statement.View.Value}",
        StatementKind.RaftMark => $"history of entry {_first.Statement.Sequence.Value} in term {_first.Statement.View.Value}",
        StatementKind.Handover => $"end of the epoch before epoch {_first.Statement.Sequence.Value}",
        StatementKind.EndReport => $"report at the end of the epoch before epoch {_first.Statement.Sequence.Value}",
        _ => $"{Kind} in view {_first.Statement.View.Value}, sequence {_first.Statement.Sequence.Value}",
    };

    /// <summary>The statement with the smaller hash.</summary>
    public ref readonly SignedStatement First => ref _first;

    /// <summary>The statement with the larger hash.</summary>
    public ref readonly SignedStatement Second => ref _second;

    /// <summary>Makes evidence of two statements. The signatures are not checked.</summary>
    /// <param name="one">A statement.</param>
    /// <param name="other">Another one of the same signer, in whatever order.</param>
    /// <param name="evidence">The evidence, if they contradict each other.</param>
    /// <param name="defect">Why they do not, otherwise.</param>
    /// <returns>Whether the two contradict each other.</returns>
    public static bool TryCreate(
        in SignedStatement one,
        in SignedStatement other,
        [NotNullWhen(true)] out EquivocationEvidence? evidence,
        [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        defect = FindDefect(one, other);
        evidence = (defect, one.Statement.Hash < other.Statement.Hash) switch
        {
            ({ }, _) => null,
            (null, true) => new EquivocationEvidence(one, other),
            (null, false) => new EquivocationEvidence(other, one),
        };
        return evidence is not null;
    }

    /// <summary>The identity: who signed which two statements. Two proofs of one contradiction have the same, whatever their signatures.</summary>
    public Digest ComputeDigest()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint) + (2 * Statement.SignedSize)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Signer.Value);
        _first.Statement.CopyTo(bytes[sizeof(uint)..]);
        _second.Statement.CopyTo(bytes[(sizeof(uint) + Statement.SignedSize)..]);
        return Blake3.Hash(bytes);
    }

    /// <summary>Who said which two things, in one sentence.</summary>
    public override string ToString() =>
        $"Node {Signer} signed two {Kind} statements in epoch {Domain.Epoch.Value} of cluster {Domain.Cluster}: {Describe(_first.Statement)}, and {Describe(_second.Statement)}.";

    private static string Describe(in Statement statement) => $"view {statement.View.Value} and sequence {statement.Sequence.Value} with the hash {statement.Hash}";

    private static EvidenceDefect? FindDefect(in SignedStatement one, in SignedStatement other)
    {
        var (first, second) = (one.Statement, other.Statement);
        if (one.Signer != other.Signer)
        {
            return new EvidenceDefect(EvidenceDefectKind.OtherSigner, $"One statement is signed by node {one.Signer}, the other by node {other.Signer}; only what one member says twice contradicts itself.");
        }

        if (one.Signer == NodeId.None)
        {
            return new EvidenceDefect(EvidenceDefectKind.UnknownSigner, "The signer is node 0; ids begin at 1.");
        }

        if (first.Domain != second.Domain)
        {
            return new EvidenceDefect(EvidenceDefectKind.OtherDomain, $"One statement is of {first.Domain}, the other of {second.Domain}; a member may say different things in different epochs.");
        }

        if (first.Kind != second.Kind)
        {
            return new EvidenceDefect(EvidenceDefectKind.OtherKind, $"One statement is about {first.Kind}, the other about {second.Kind}; only two of one kind contradict each other.");
        }

        return KindDefect(first.Kind) ?? ContradictionDefect(first, second);
    }

    private static EvidenceDefect? KindDefect(StatementKind kind)
    {
        if (kind == StatementKind.None || !Enum.IsDefined(kind))
        {
            return new EvidenceDefect(EvidenceDefectKind.UnknownKind, $"There is no statement of kind {(byte)kind}.");
        }

        return ExclusiveStatements.PlaceOf(kind) == ExclusivePlace.None
            ? new EvidenceDefect(EvidenceDefectKind.NotExclusive, $"A correct member may sign several statements of the kind {kind}; two of them prove nothing.")
            : null;
    }

    private static EvidenceDefect? ContradictionDefect(in Statement first, in Statement second)
    {
        if (!ExclusiveStatements.ShareThePlace(first, second))
        {
            return new EvidenceDefect(
                EvidenceDefectKind.OtherPlace,
                $"One statement is for view {first.View.Value} and sequence {first.Sequence.Value}, the other for view {second.View.Value} and sequence {second.Sequence.Value}; a {first.Kind} is exclusive for each {Name(ExclusiveStatements.PlaceOf(first.Kind))}.");
        }

        return first.Hash == second.Hash
            ? new EvidenceDefect(EvidenceDefectKind.NoContradiction, $"Both statements have the hash {first.Hash}; to say the same twice is allowed.")
            : null;
    }

    private static string Name(ExclusivePlace place) => place switch
    {
        ExclusivePlace.View => "view",
        ExclusivePlace.Sequence => "sequence",
        ExclusivePlace.ViewAndSequence or ExclusivePlace.None => "view and sequence",
    };
}
