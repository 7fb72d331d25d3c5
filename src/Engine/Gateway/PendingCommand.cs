using System.Threading.Tasks.Sources;

namespace Consensus.Engine;

/// <summary>
/// A command between its proposal and its result: the caller's awaitable, and the bytes to propose (again). Pooled: it goes back when its
/// owners are done with it: the caller until it has taken the result, the gateway until it has given it, and for a while whoever looks at it.
/// </summary>
/// <remarks>
/// A result goes to the incarnation it is meant for because nobody touches a command without being an owner: whoever finds it in a window
/// becomes one under the window's lock, while the gateway still is. Other members than completion belong to the loop.
/// </remarks>
internal sealed class PendingCommand : IValueTaskSource<ProposeResult>, IValueTaskSource<SessionResult>
{
    /// <summary>A pooled command keeps its buffer up to this size, so that a few large commands do not fill the memory for good.</summary>
    private const int PayloadKeptMax = 16 * 1024;

    private readonly PendingCommandPool _pool;
    private ManualResetValueTaskSourceCore<ProposeResult> _completion = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private byte[] _payload = [];
    private int _length;
    private TimeSpan _submittedAt;
    private int _isCompleted;
    private int _owners;

    public PendingCommand(PendingCommandPool pool) => _pool = pool;

    /// <summary>The session and number under which it is proposed.</summary>
    public RequestId Request { get; private set; }

    /// <summary>Whether the caller keeps the session.</summary>
    public bool IsCallers { get; private set; }

    /// <summary>Whether it opens a session.</summary>
    public bool IsOpening => (CommandKind)_payload[0] is CommandKind.OpenSession or CommandKind.OpenSessionWithKey;

    /// <summary>How often it was proposed: with more than one attempt a refusal does not mean that it had no effect.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was last proposed; <see cref="Ticks.Never"/> while it is to be proposed again.</summary>
    public Ticks ProposedAt { get; set; }

    /// <summary>When waiting ends. A duration until the loop sees the command first.</summary>
    public Ticks Deadline { get; set; }

    /// <summary>How long to wait in all.</summary>
    public TimeSpan Timeout { get; private set; }

    /// <summary>What the caller waits for.</summary>
    public CommitLevel WaitFor { get; private set; }

    public bool IsCompleted => Volatile.Read(ref _isCompleted) != 0;

    /// <summary>The envelope's bytes. Valid until the gateway releases the command.</summary>
    public ReadOnlyMemory<byte> Payload => _payload.AsMemory(0, _length);

    /// <summary>Takes a new command.</summary>
    /// <param name="kind">What it asks for.</param>
    /// <param name="credential">What proves whose it is, if the kind has something: the key of the session, or the signature of its owner.</param>
    /// <param name="command">The body.</param>
    /// <param name="request">Its identity, if the caller keeps the session.</param>
    /// <param name="acknowledgedBelow">What the caller has acknowledged in that session.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="waitFor">What for.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public void Begin(
        CommandKind kind,
        ReadOnlySpan<byte> credential,
        ReadOnlySpan<byte> command,
        RequestId request,
        ulong acknowledgedBelow,
        TimeSpan timeout,
        CommitLevel waitFor,
        CancellationToken cancellationToken)
    {
        _length = CommandEnvelope.HeaderSize + credential.Length + command.Length;
        if (_payload.Length < _length)
        {
            _payload = GC.AllocateUninitializedArray<byte>(Math.Max(512, _length));
        }

        credential.CopyTo(_payload.AsSpan(CommandEnvelope.HeaderSize));
        command.CopyTo(_payload.AsSpan(CommandEnvelope.HeaderSize + credential.Length));
        CommandEnvelope.WriteHeader(_payload, kind, request, acknowledgedBelow);
        Request = request;
        IsCallers = request != RequestId.None;
        Timeout = timeout;
        WaitFor = waitFor;
        Attempts = 0;
        ProposedAt = Ticks.Never;
        Deadline = Ticks.Never;
        _submittedAt = _pool.Metrics.OnSubmitted();
        Volatile.Write(ref _isCompleted, 0);
        Volatile.Write(ref _owners, 2);
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (command, token) => ((PendingCommand)command!).TryFail(new OperationCanceledException(token)), this);
        }
    }

    /// <summary>The caller's awaitable: this one or <see cref="AsSessionTask"/>, once.</summary>
    public ValueTask<ProposeResult> AsTask() => new(this, _completion.Version);

    /// <summary>The awaitable of a caller who asked for a session.</summary>
    public ValueTask<SessionResult> AsSessionTask() => new(this, _completion.Version);

    /// <summary>Gives it its place in the replica's own session.</summary>
    public void Assign(RequestId request, ulong acknowledgedBelow)
    {
        Request = request;
        CommandEnvelope.WriteHeader(_payload, CommandKind.Command, request, acknowledgedBelow);
    }

    private bool TryComplete(ProposeResult result)
    {
        if (Interlocked.Exchange(ref _isCompleted, 1) != 0)
        {
            return false;
        }

        _completion.SetResult(result);
        return true;
    }

    public bool TryFail(Exception exception)
    {
        if (Interlocked.Exchange(ref _isCompleted, 1) != 0)
        {
            return false;
        }

        _completion.SetException(exception);
        return true;
    }

    /// <summary>The gateway's part is over: what it has to say is said, and it is an owner no longer.</summary>
    public void Finish(ProposeResult result)
    {
        _pool.Metrics.OnEnding(result, IsCompleted, _submittedAt);
        _pool.OnLeft();
        TryComplete(result);
        Release();
    }

    /// <summary>Becomes an owner for a while. Only somebody may call it who knows that there is another owner, or is one.</summary>
    public void Hold() => Interlocked.Increment(ref _owners);

    /// <summary>One of the owners is done with it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            _completion.Reset();
            if (_payload.Length > PayloadKeptMax)
            {
                _payload = [];
            }

            _pool.Return(this);
        }
    }

    ProposeResult IValueTaskSource<ProposeResult>.GetResult(short token) => TakeResult(token);

    SessionResult IValueTaskSource<SessionResult>.GetResult(short token)
    {
        var result = TakeResult(token);
        return result.IsApplied
            ? new SessionResult(RefusalReason.None, new ClientId(result.Index.Value))
            : new SessionResult(result.Refusal, ClientId.None);
    }

    ValueTaskSourceStatus IValueTaskSource<ProposeResult>.GetStatus(short token) => _completion.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource<SessionResult>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<ProposeResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<SessionResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private ProposeResult TakeResult(short token)
    {
        try
        {
            return _completion.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose();
            _cancellation = default;
            Release();
        }
    }
}
