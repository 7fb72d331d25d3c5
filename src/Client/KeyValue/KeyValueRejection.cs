namespace Consensus.Client;

/// <summary>Why the key-value machine rejected a command or query.</summary>
public enum KeyValueRejection
{
    /// <summary>It was not rejected.</summary>
    None,

    /// <summary>For a reason that this version of the client does not know; the detail says it.</summary>
    Other,

    /// <summary>The key has no bytes.</summary>
    KeyEmpty,

    /// <summary>The key, or a prefix, is too long.</summary>
    KeyTooLong,

    /// <summary>A value is too long.</summary>
    ValueTooLong,

    /// <summary>The present value is not the expected one.</summary>
    ComparisonFailed,

    /// <summary>The replicas do not know this command: they run another version.</summary>
    MalformedCommand,

    /// <summary>The node does not know this query: it runs another version.</summary>
    MalformedQuery,

    /// <summary>The limit of a scan is out of range.</summary>
    LimitOutOfRange,

    /// <summary>The group has no key-value machine.</summary>
    MachineUnknown,
}
