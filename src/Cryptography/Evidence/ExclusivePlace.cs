namespace Consensus.Cryptography;

/// <summary>Where a correct member signs one statement of a kind and no second.</summary>
public enum ExclusivePlace
{
    /// <summary>Nowhere: a correct member may sign as many as it likes, and two of them prove nothing.</summary>
    None,

    /// <summary>For each view, whatever the sequence number.</summary>
    View,

    /// <summary>For each sequence number, whatever the view.</summary>
    Sequence,

    /// <summary>For each view and sequence number.</summary>
    ViewAndSequence,
}
