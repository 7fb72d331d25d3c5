namespace Consensus.Replication.State;

/// <summary>A key with its value. The bytes of both never change; another value is another array.</summary>
internal sealed class Leaf(long stamp, byte[] key, byte[] value) : Node(stamp, key)
{
    public byte[] Value { get; private set; } = value;

    /// <summary>Puts another value in place of the present one.</summary>
    public void Replace(byte[] value)
    {
        Value = value;
        ForgetHash();
    }
}
