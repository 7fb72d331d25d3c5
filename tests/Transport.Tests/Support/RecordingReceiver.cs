using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>Remembers what arrives, and can be told to stop taking more.</summary>
internal sealed class RecordingReceiver : ITransportReceiver
{
    private static readonly TimeSpan SafetyLimit = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<(NodeId From, TestMessage Message)> _messages = [];
    private readonly List<(NodeId Peer, bool IsConnected)> _changes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _gateOpen = CompletedGate();

    /// <summary>Whether frames that do not decode are taken all the same, so that the connection lives on.</summary>
    public bool AcceptsDamaged { get; set; }

    /// <summary>Frames that did not decode.</summary>
    public int Damaged { get; private set; }

    public IReadOnlyList<(NodeId From, TestMessage Message)> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public IReadOnlyList<(NodeId Peer, bool IsConnected)> Changes
    {
        get
        {
            lock (_gate)
            {
                return [.. _changes];
            }
        }
    }

    public void Block() => _gateOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _gateOpen.TrySetResult();

    public async ValueTask<bool> OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken)
    {
        using (frame)
        {
            await _gateOpen.Task.WaitAsync(cancellationToken);
            lock (_gate)
            {
                try
                {
                    _messages.Add((from, (TestMessage)TestCodec.Instance.Decode(frame.Memory)));
                    return true;
                }
                catch (MessageFormatException)
                {
                    Damaged++;
                    return AcceptsDamaged;
                }
                finally
                {
                    Signal();
                }
            }
        }
    }

    public void OnConnectionChanged(NodeId peer, bool isConnected)
    {
        lock (_gate)
        {
            _changes.Add((peer, isConnected));
            Signal();
        }
    }

    public Task MessagesAsync(int count) => UntilAsync(() => _messages.Count >= count, $"{count} messages");

    public Task MessageAsync(long number) => UntilAsync(() => _messages.Exists(m => m.Message.Number == number), $"message {number}");

    public Task ChangesAsync(NodeId peer, bool isConnected, int count) =>
        UntilAsync(() => _changes.Count(change => change == (peer, isConnected)) >= count, $"{count} times {(isConnected ? "up" : "down")} of node {peer}");

    private static TaskCompletionSource CompletedGate()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(SafetyLimit);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition())
                {
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited in vain for {what}. Messages: {Messages.Count}, damaged: {Damaged}, changes: {string.Join(", ", Changes)}.");
            }
        }
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
