namespace Consensus.Hybrid.Messages;

/// <summary>What a frame begins with. The numbers are part of the wire format.</summary>
internal enum HybridMessageKind : byte
{
    /// <summary>A message of an epoch's engine, in its own form.</summary>
    OfEpoch = 1,

    /// <summary><see cref="Messages.HandoverVote"/>.</summary>
    HandoverVote = 2,

    /// <summary><see cref="Messages.HandoverProof"/>.</summary>
    HandoverProof = 3,

    /// <summary><see cref="Messages.ProofRequest"/>.</summary>
    ProofRequest = 4,

    /// <summary><see cref="Messages.EntriesRequest"/>.</summary>
    EntriesRequest = 5,

    /// <summary><see cref="Messages.EntriesAnswer"/>.</summary>
    EntriesAnswer = 6,

    /// <summary><see cref="Messages.StateRequest"/>.</summary>
    StateRequest = 7,

    /// <summary><see cref="Messages.StateOffer"/>.</summary>
    StateOffer = 8,

    /// <summary><see cref="Messages.StatePartRequest"/>.</summary>
    StatePartRequest = 9,

    /// <summary><see cref="Messages.StatePart"/>.</summary>
    StatePart = 10,

    /// <summary><see cref="Messages.FloorVote"/>.</summary>
    FloorVote = 11,

    /// <summary><see cref="Messages.FloorHeld"/>.</summary>
    FloorHeld = 12,

    /// <summary><see cref="Messages.FloorProof"/>.</summary>
    FloorProof = 13,

    /// <summary><see cref="Messages.EndNotice"/>.</summary>
    EndNotice = 14,

    /// <summary><see cref="Messages.ThreatNotice"/>.</summary>
    ThreatNotice = 15,

    /// <summary><see cref="Messages.EvidenceNotice"/>.</summary>
    EvidenceNotice = 16,

    /// <summary><see cref="Messages.ReturnRequest"/>.</summary>
    ReturnRequest = 17,

    /// <summary><see cref="Messages.ReturnAnswer"/>.</summary>
    ReturnAnswer = 18,

    /// <summary><see cref="Messages.MarkNotice"/>.</summary>
    MarkNotice = 19,

    /// <summary><see cref="Messages.SnapshotQuestion"/>.</summary>
    SnapshotQuestion = 20,

    /// <summary><see cref="Messages.SnapshotWitness"/>.</summary>
    SnapshotWitness = 21,
}
