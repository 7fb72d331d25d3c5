namespace Consensus.Replication.KeyValue;

/// <summary>What the key-value machine accepts. Part of its rules: the same on every replica.</summary>
public static class KeyValueLimits
{
    /// <summary>The longest key in bytes; the shortest has one.</summary>
    public const int KeyBytesMax = 1024;

    /// <summary>The longest value in bytes; the shortest has none.</summary>
    public const int ValueBytesMax = 1024 * 1024;

    /// <summary>The most entries that one scan may ask for.</summary>
    public const int ScanLimitMax = 1000;

    /// <summary>A scan's answer ends before the entry with which its keys and values would exceed this, but has at least one.</summary>
    public const int ScanBytesMax = 4 * 1024 * 1024;

    /// <summary>What is wrong with a key, if anything.</summary>
    public static KeyValueRejection CheckKey(ReadOnlySpan<byte> key) => key.Length switch
    {
        0 => KeyValueRejection.KeyEmpty,
        > KeyBytesMax => KeyValueRejection.KeyTooLong,
        _ => KeyValueRejection.None,
    };

    /// <summary>What is wrong with a value, if anything.</summary>
    public static KeyValueRejection CheckValue(ReadOnlySpan<byte> value) =>
        value.Length > ValueBytesMax ? KeyValueRejection.ValueTooLong : KeyValueRejection.None;

    /// <summary>What is wrong with a scan, if anything.</summary>
    public static KeyValueRejection CheckScan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit)
    {
        if (prefix.Length > KeyBytesMax || after.Length > KeyBytesMax)
        {
            return KeyValueRejection.KeyTooLong;
        }

        return limit is < 1 or > ScanLimitMax ? KeyValueRejection.LimitOutOfRange : KeyValueRejection.None;
    }
}
