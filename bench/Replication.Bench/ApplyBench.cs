using System.Buffers;
using BenchmarkDotNet.Attributes;
using Consensus.Replication.KeyValue;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Replication.Bench;

/// <summary>One change among 100,000 entries, keys in random order: in the bare tree, and as a command of the key-value machine.</summary>
[MemoryDiagnoser]
[MinColumn]
[MedianColumn]
public class ApplyBench
{
    private const int Count = 100_000;
    private const int Prepared = 10_000;
    private const int Round = 1_000;

    private readonly byte[][] _keys = new byte[Prepared][];
    private readonly byte[][] _commands = new byte[Prepared][];
    private readonly byte[] _value = Entries.Value(-1);
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly KeyValueStateMachine _machine = new();
    private StateTree _tree = new();
    private ulong _index;
    private int _next;

    [GlobalSetup]
    public void Fill()
    {
        _tree = Entries.Tree(Count);
        for (var i = 0; i < Count; i++)
        {
            Apply(Command(Entries.Key(i), Entries.Value(i)));
        }

        var random = new Random(1);
        for (var i = 0; i < Prepared; i++)
        {
            _keys[i] = Entries.Key(random.Next(Count));
            _commands[i] = Command(_keys[i], Entries.Value(i));
        }
    }

    [Benchmark(OperationsPerInvoke = Round)]
    public void Set()
    {
        for (var i = 0; i < Round; i++)
        {
            _value[0]++;
            _tree.Set(_keys[_next++ % Prepared], _value);
        }
    }

    [Benchmark(OperationsPerInvoke = Round)]
    public void Put()
    {
        for (var i = 0; i < Round; i++)
        {
            Apply(_commands[_next++ % Prepared]);
        }
    }

    /// <summary>The hash of the whole state after each 100 changes, its cost spread over them.</summary>
    [Benchmark(OperationsPerInvoke = Round)]
    public void SetWithHashEach100()
    {
        for (var i = 1; i <= Round; i++)
        {
            _value[0]++;
            _tree.Set(_keys[_next++ % Prepared], _value);
            if (i % 100 == 0)
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
