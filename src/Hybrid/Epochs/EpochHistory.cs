using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>
/// The epochs of a group, from the first one on, with what began each. Whoever has the first one checks each of the others by the members of the one before (<see cref="EpochHistoryDocument"/>), and so believes nobody who gives it to him.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class EpochHistory
{
    /// <summary>Each signature is looked at once: nothing need be remembered.</summary>
    private const int SignaturesKept = VerifiedSignatures.CapacityMin;

    /// <param name="first">The first epoch.</param>
    /// <param name="beginnings">What began each of the others, in their order; checked, or read from the replica's own disk.</param>
    internal EpochHistory(EpochDescriptor first, ImmutableArray<HandoverCertificate> beginnings)
    {
        Beginnings = beginnings;
        Epochs = [first, .. beginnings.Select(static beginning => beginning.Next)];
    }

    /// <summary>The epochs in their order.</summary>
    public ImmutableArray<EpochDescriptor> Epochs { get; }

    /// <summary>The first epoch.</summary>
    public EpochDescriptor First => Epochs[0];

    /// <summary>The last one of which it is known that it has begun.</summary>
    public EpochDescriptor Newest => Epochs[^1];

    /// <summary>What began each epoch but the first.</summary>
    internal ImmutableArray<HandoverCertificate> Beginnings { get; }

    /// <summary>The history of which nothing is known but the first epoch.</summary>
    /// <param name="first">The first epoch, from somebody who is trusted.</param>
    public static EpochHistory Of(EpochDescriptor first) => new(first ?? throw new ArgumentNullException(nameof(first)), []);

    /// <summary>Finds the epoch in which something was signed; nothing, if it is none of these. What agrees on the end of an epoch of Raft signs in a domain of its own, and is the same members.</summary>
    /// <param name="domain">The domain of what was signed.</param>
    public EpochDescriptor? Find(in SigningDomain domain)
    {
        if (domain.Cluster != First.Cluster || domain.Epoch.Value >= (ulong)Epochs.Length)
        {
            return null;
        }

        var epoch = Epochs[(int)domain.Epoch.Value];
        return domain == epoch.Domain || (epoch.Protocol == EpochProtocol.Raft && domain == epoch.ToAgreement().Domain) ? epoch : null;
    }

    /// <summary>Whether evidence proves that a member of the epoch in which it was signed is faulty.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="defect">Why it proves nothing, if so.</param>
    public bool Verify(EquivocationEvidence evidence, ISignatureVerifier signatures, [NotNullWhen(false)] out EvidenceDefect? defect)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (Find(evidence.Domain) is { } epoch)
        {
            return EvidenceVerifier.Verify(evidence, epoch.Members, signatures, out defect);
        }

        defect = new EvidenceDefect(EvidenceDefectKind.OtherDomain, $"The evidence is of {evidence.Domain}. {Extent}");
        return false;
    }

    /// <summary>Which epochs are known, as a sentence.</summary>
    public string Extent => $"Known are epochs 0 to {Newest.Number.Value} of cluster {First.Cluster}, which began as {First.Id}.";

    /// <summary>Up to an epoch, without those behind it.</summary>
    /// <param name="number">The last one that is wanted.</param>
    public EpochHistory UpTo(Epoch number) => number >= Newest.Number ? this : new EpochHistory(First, Beginnings[..(int)number.Value]);

    /// <summary>Adds what begins the next epoch, if it does.</summary>
    /// <param name="certificate">What should begin it.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="defect">Why it does not, if so.</param>
    internal EpochHistory? Follow(HandoverCertificate certificate, ISignatureVerifier signatures, out string? defect)
    {
        defect = certificate.DefectAfter(Newest, new StatementVerifier(Newest.Domain, Newest.Members, signatures, new VerifiedSignatures(SignaturesKept)));
        return defect is null ? new EpochHistory(First, Beginnings.Add(certificate)) : null;
    }
}
