using System.Buffers.Binary;
using Consensus.Replication.State;

namespace Consensus.Replication.Workflow;

/// <summary>
/// The machine's whole state: one tree, read and written by area. Within <see cref="Begin"/> and <see cref="Commit"/> or
/// <see cref="RollBack"/> every write can be taken back, which makes an overlay or a custom operation atomic.
/// </summary>
internal sealed class WorkflowState(WorkflowLimits limits)
{
    private readonly List<Undo> _undo = [];
    private StateTree _tree = new();
    private bool _isRecording;

    public WorkflowLimits Limits => limits;

    /// <summary>Grows whenever a policy may have changed.</summary>
    public long PolicyVersion { get; private set; }

    public Digest Hash() => _tree.RootHash();

    public StateTreeView Capture() => _tree.Freeze();

    public void Replace(StateTree tree)
    {
        _tree = tree;
        PolicyVersion++;
    }

    /// <summary>Starts to keep what writes replace. There is one transaction at a time.</summary>
    public void Begin()
    {
        if (_isRecording)
        {
            throw new InvalidOperationException("A transaction of the workflow state is open already; they do not nest.");
        }

        _isRecording = true;
    }

    public void Commit()
    {
        _undo.Clear();
        _isRecording = false;
    }

    /// <summary>Takes back every write since <see cref="Begin"/>, the last one first.</summary>
    public void RollBack()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            if (_undo[i].Value is { } value)
            {
                _tree.Set(_undo[i].Key, value.Span);
            }
            else
            {
                _tree.Remove(_undo[i].Key);
            }
        }

        Commit();
        PolicyVersion++;
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value) => _tree.TryGet(key, out value);

    public bool TryGet(WorkflowArea area, string name, out ReadOnlyMemory<byte> value) =>
        _tree.TryGet(WorkflowKey.Of(area, name, stackalloc byte[WorkflowKey.BytesMax]), out value);

    public bool Has(WorkflowArea area, string name) => TryGet(area, name, out _);

    public StateTreeScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after) => _tree.Scan(prefix, after);

    /// <summary>All records of an area, decoded, in the order of their keys.</summary>
    public List<T> List<T>(WorkflowArea area, Func<ReadOnlyMemory<byte>, T> decode)
    {
        var records = new List<T>();
        foreach (var entry in _tree.Scan([(byte)area]))
        {
            records.Add(decode(entry.Value));
        }

        return records;
    }

    public void Set(WorkflowArea area, string name, ReadOnlySpan<byte> value) =>
        Set(WorkflowKey.Of(area, name, stackalloc byte[WorkflowKey.BytesMax]), value);

    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Remember(key);
        _tree.Set(key, value);
    }

    public void Remove(WorkflowArea area, string name) =>
        Remove(WorkflowKey.Of(area, name, stackalloc byte[WorkflowKey.BytesMax]));

    public bool Remove(ReadOnlySpan<byte> key)
    {
        Remember(key);
        return _tree.Remove(key);
    }

    /// <summary>How many records an area has; kept for <see cref="AddToCount"/>'s areas only.</summary>
    public ulong Count(WorkflowArea area) =>
        Counter(WorkflowKey.Of(WorkflowArea.Count, area, stackalloc byte[WorkflowKey.BytesMax]));

    public void AddToCount(WorkflowArea area, int change) =>
        Add(WorkflowKey.Of(WorkflowArea.Count, area, stackalloc byte[WorkflowKey.BytesMax]), change);

    /// <summary>How many cases whose graph has this name are in a state.</summary>
    public ulong CountCases(string graph, string state) =>
        Counter(WorkflowKey.Of(WorkflowArea.CasesInState, graph, state, stackalloc byte[WorkflowKey.BytesMax]));

    public void AddCases(string graph, string state, int change) =>
        Add(WorkflowKey.Of(WorkflowArea.CasesInState, graph, state, stackalloc byte[WorkflowKey.BytesMax]), change);

    /// <summary>Changes a counter, and returns what it is then. One that comes to 0 is removed, so that equal contents have equal trees.</summary>
    public ulong Add(ReadOnlySpan<byte> key, int change)
    {
        var count = checked((ulong)((long)Counter(key) + change));
        if (count == 0)
        {
            Remove(key);
        }
        else
        {
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(value, count);
            Set(key, value);
        }

        return count;
    }

    private ulong Counter(ReadOnlySpan<byte> key) =>
        _tree.TryGet(key, out var value) ? BinaryPrimitives.ReadUInt64BigEndian(value.Span) : 0;

    private void Remember(ReadOnlySpan<byte> key)
    {
        if (key[0] == (byte)WorkflowArea.Policy)
        {
            PolicyVersion++;
        }

        if (_isRecording)
        {
            _undo.Add(new Undo(key.ToArray(), _tree.TryGet(key, out var value) ? value : (ReadOnlyMemory<byte>?)null));
        }
    }

    private readonly record struct Undo(byte[] Key, ReadOnlyMemory<byte>? Value);
}
