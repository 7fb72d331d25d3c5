namespace Consensus.Replication.Workflow;

/// <summary>
/// What a custom operation may do: read and change cases under the same rules as everybody else, and keep data of its own under its name.
/// Reads see the operation's own writes.
/// </summary>
public sealed class OperationState
{
    private readonly WorkflowEngine _engine;
    private readonly CommandContext _context;
    private readonly string _operation;
    private int _writes;
    private bool _isClosed;

    internal OperationState(WorkflowEngine engine, in CommandContext context, string operation)
    {
        _engine = engine;
        _context = context;
        _operation = operation;
    }

    /// <summary>The limit that the operation went over first, if it did: then the command is rejected whatever the operation returns.</summary>
    internal WorkflowVerdict Overrun { get; private set; }

    /// <summary>The case with this id, or null.</summary>
    public Case? GetCase(string id)
    {
        ThrowIfClosed();
        return NameRule.CheckCaseId(id).IsAccepted ? _engine.Cases.Show(id) : null;
    }

    /// <summary>
    /// Creates, moves or removes a case, or changes policies and graphs. A rejection leaves the operation free to do something else, or to
    /// reject in turn.
    /// </summary>
    public WorkflowVerdict Do(OverlayElement change)
    {
        ThrowIfClosed();
        var verdict = CountWrite();
        verdict = verdict.IsAccepted ? change.Check(_engine.Limits) : verdict;
        return verdict.IsAccepted ? change.Apply(_engine, _context).Verdict : verdict;
    }

    /// <summary>Reads the operation's own data.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value)
    {
        ThrowIfClosed();
        value = default;
        return key.Length <= WorkflowLimits.OperationKeyBytesMax && _engine.State.TryGet(Key(key, stackalloc byte[WorkflowKey.BytesMax]), out value);
    }

    /// <summary>Writes the operation's own data. Over a limit the whole command will be rejected.</summary>
    public WorkflowVerdict Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ThrowIfClosed();
        var verdict = CountWrite();
        verdict = verdict.IsAccepted ? CheckSizes(key, value) : verdict;
        if (verdict.IsAccepted)
        {
            _engine.State.Set(Key(key, stackalloc byte[WorkflowKey.BytesMax]), value);
        }

        return verdict;
    }

    /// <summary>Removes some of the operation's own data. Over a limit the whole command will be rejected.</summary>
    public WorkflowVerdict Remove(ReadOnlySpan<byte> key)
    {
        ThrowIfClosed();
        var verdict = CountWrite();
        verdict = verdict.IsAccepted ? CheckSizes(key, []) : verdict;
        if (verdict.IsAccepted)
        {
            _engine.State.Remove(Key(key, stackalloc byte[WorkflowKey.BytesMax]));
        }

        return verdict;
    }

    /// <summary>From now on every use is a mistake of the operation: it has kept what was lent to it.</summary>
    internal void Close() => _isClosed = true;

    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key, Span<byte> buffer) => WorkflowKey.Of(WorkflowArea.OperationData, _operation, key, buffer);

    private WorkflowVerdict CountWrite() => _writes++ < _engine.Limits.OperationWritesMax
        ? WorkflowVerdict.Accepted
        : Exceed($"wrote more than {_engine.Limits.OperationWritesMax} times");

    private WorkflowVerdict CheckSizes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length is 0 or > WorkflowLimits.OperationKeyBytesMax)
        {
            return Exceed($"used a key of {key.Length} bytes; allowed: 1 to {WorkflowLimits.OperationKeyBytesMax}");
        }

        return value.Length > _engine.Limits.OperationValueBytesMax
            ? Exceed($"wrote a value of {value.Length} bytes; allowed: up to {_engine.Limits.OperationValueBytesMax}")
            : WorkflowVerdict.Accepted;
    }

    private WorkflowVerdict Exceed(string what)
    {
        var verdict = new WorkflowVerdict(WorkflowRejection.OperationLimitExceeded, $"Operation '{_operation}' {what}.");
        Overrun = Overrun.IsAccepted ? verdict : Overrun;
        return verdict;
    }

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException($"Operation '{_operation}' uses the state after it has returned; it may do so during Apply only.");
        }
    }
}
