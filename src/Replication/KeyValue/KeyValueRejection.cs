namespace Consensus.Replication.KeyValue;

/// <summary>Why the key-value machine rejected a command or query. The numbers are part of the format of its answers.</summary>
public enum KeyValueRejection : byte
{
    /// <summary>It was not rejected.</summary>
    None = 0,

    /// <summary>The key has no bytes.</summary>
    KeyEmpty = 1,

    /// <summary>The key, or a prefix, is longer than <see cref="KeyValueLimits.KeyBytesMax"/>.</summary>
    KeyTooLong = 2,

    /// <summary>A value is longer than <see cref="KeyValueLimits.ValueBytesMax"/>.</summary>
    ValueTooLong = 3,

    /// <summary>The present value is not the expected one.</summary>
    ComparisonFailed = 4,

    /// <summary>The bytes are not a command of this machine.</summary>
    MalformedCommand = 5,

    /// <summary>The bytes are not a query of this machine.</summary>
    MalformedQuery = 6,

    /// <summary>The limit of a scan is not from 1 to <see cref="KeyValueLimits.ScanLimitMax"/>.</summary>
    LimitOutOfRange = 7,

    /// <summary>The replicas do not host a key-value machine under the identity that was asked for.</summary>
    MachineUnknown = 8,
}
