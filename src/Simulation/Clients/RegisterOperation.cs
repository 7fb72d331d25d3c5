using System.Globalization;
using System.Text;
using Consensus.Replication;
using Consensus.Replication.KeyValue;

namespace Consensus.Simulation.Clients;

/// <summary>An operation on one key of the key-value machine, seen as a register. Values are numbers; each is written once in a run.</summary>
/// <remarks>
/// A value's bytes depend on its number alone, also where some are long: a compare-and-swap that expects the number must find the bytes.
/// </remarks>
internal sealed record RegisterOperation : Operation
{
    private const int LargeValueEvery = 50;
    private const int LargeValueBytes = 2000;

    private RegisterOperation(RegisterFunction function, string key, long? expected, long? value, ReadOnlyMemory<byte> content)
        : base(content, function == RegisterFunction.Read)
    {
        Function = function;
        Key = key;
        Expected = expected;
        Value = value;
    }

    public RegisterFunction Function { get; }

    public string Key { get; }

    /// <summary>What a compare-and-swap expects; <see langword="null"/> if there must be no value.</summary>
    public long? Expected { get; }

    /// <summary>What is written; <see langword="null"/> if the value is removed.</summary>
    public long? Value { get; }

    /// <inheritdoc/>
    public override string Name => Function switch
    {
        RegisterFunction.Read => $"read {Key}",
        RegisterFunction.Write => $"write {Key} {Show(Value)}",
        RegisterFunction.CompareAndSwap => $"cas {Key} {Show(Expected)} {Show(Value)}",
    };

    public static RegisterOperation Read(string key)
    {
        using var content = new PooledBufferWriter(64);
        KeyValueQuery.WriteGet(content, Bytes(key));
        return new RegisterOperation(RegisterFunction.Read, key, null, null, content.WrittenMemory.ToArray());
    }

    /// <param name="key">The key.</param>
    /// <param name="value">The number to write; <see langword="null"/> deletes the key.</param>
    /// <param name="padding">Bytes behind the number, to make the value large; then it can be no compare-and-swap's expectation.</param>
    public static RegisterOperation Write(string key, long? value, int padding = 0)
    {
        using var content = new PooledBufferWriter(64 + padding);
        if (value is { } number)
        {
            KeyValueCommand.WritePut(content, Bytes(key), Bytes(number, padding));
        }
        else
        {
            KeyValueCommand.WriteDelete(content, Bytes(key));
        }

        return new RegisterOperation(RegisterFunction.Write, key, null, value, content.WrittenMemory.ToArray());
    }

    public static RegisterOperation CompareAndSwap(string key, long? expected, long? value)
    {
        using var content = new PooledBufferWriter(96);
        KeyValueCommand.WriteCompareAndSwap(content, Bytes(key), Optional(expected), Optional(value));
        return new RegisterOperation(RegisterFunction.CompareAndSwap, key, expected, value, content.WrittenMemory.ToArray());
    }

    /// <summary>What a read has found.</summary>
    public static long? ValueOf(ReadOnlyMemory<byte> answer)
    {
        var read = KeyValueAnswer.ReadValue(new QueryResult(RefusalReason.None, LogIndex.Zero, answer));
        return read.IsFound ? Number(read.Value.Span) : null;
    }

    /// <summary>A value in words.</summary>
    public static string Show(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "nil";

    public override string ToString() => Name;

    private static byte[] Bytes(string key) => Encoding.UTF8.GetBytes(key);

    private static byte[] Bytes(long value, int padding = 0)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        var bytes = new byte[(value % LargeValueEvery == 0 ? LargeValueBytes : text.Length) + padding];
        bytes.AsSpan().Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes);
        return bytes;
    }

    private static ReadOnlyMemory<byte>? Optional(long? value) => value is { } number ? Bytes(number) : default(ReadOnlyMemory<byte>?);

    private static long Number(ReadOnlySpan<byte> value) => long.Parse(value.TrimEnd((byte)' '), CultureInfo.InvariantCulture);
}
