using System.Buffers;
using BenchmarkDotNet.Attributes;
using Consensus.Replication.KeyValue;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.Bench;

/// <summary>One change among 100,000 entries, keys in random order: in the bare tree, and as a command of the key-value machine.</summary>
[MemoryDiagnoser]
public class ApplyBench
{
    private const int Count = 100_000;
    private const int Round = 10_000;

    private readonly byte[][] _keys = new byte[Round][];
    private readonly byte[][] _commands = new byte[Round][];
    private readonly byte[] _value = Entries.Value(-1);
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly KeyValueStateMachine _machine = new();
    private StateTree _tree = new();
    private ulong _index;

    [GlobalSetup]
    public void Fill()
    {
        _tree = Entries.Tree(Count);
        for (var i = 0; i < Count; i++)
        {
            Apply(Command(Entries.Key(i), Entries.Value(i)));
        }

        var random = new Random(1);
        for (var i = 0; i < Round; i++)
        {
            _keys[i] = Entries.Key(random.Next(Count));
            _commands[i] = Command(_keys[i], Entries.Value(i));
        }
    }

    [Benchmark(OperationsPerInvoke = Round)]
    public void Set()
    {
        foreach (var key in _keys)
        {
            _value[0]++;
            _tree.Set(key, _value);
        }
    }

    [Benchmark(OperationsPerInvoke = Round)]
    public void Put()
    {
        foreach (var command in _commands)
        {
            Apply(command);
        }
    }

    /// <summary>A hash after each 100 changes, which is more often than a replica asks.</summary>
    [Benchmark(OperationsPerInvoke = Round)]
    public void SetWithHashEach100()
    {
        for (var i = 0; i < Round; i++)
        {
            _value[0]++;
            _tree.Set(_keys[i], _value);
            if (i % 100 == 99)
            {
                _tree.RootHash();
            }
        }
    }

    private static byte[] Command(byte[] key, byte[] value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(3);
        writer.Write((byte)1);
        writer.Write(key.AsSpan());
        writer.Write(value.AsSpan());
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private void Apply(byte[] command)
    {
        _result.ResetWrittenCount();
        if (_machine.Apply(new CommandContext(new LogIndex(++_index), default, default), command, _result) != ApplyOutcome.Applied)
        {
            throw new InvalidOperationException("A put was rejected.");
        }
    }
}
