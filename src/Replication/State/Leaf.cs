namespace Consensus.Replication.State;

/// <summary>A key with its value. The bytes of the key never change.</summary>
internal sealed class Leaf(long stamp, byte[] key, byte[] value) : Node(stamp, key)
{
    public byte[] Value { get; private set; } = value;

    /// <summary>Puts another value in place of the present one.</summary>
    public void Replace(byte[] value)
    {
        Value = value;
        ForgetHash();
    }

    /// <summary>Writes a value of the same length over the present one.</summary>
    public void Overwrite(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        start.CopyTo(Value);
        end.CopyTo(Value.AsSpan(start.Length));
        ForgetHash();
    }
}
