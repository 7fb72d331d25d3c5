using System.Collections.Concurrent;

namespace Consensus.Engine;

/// <summary>
/// What callers, peers and the replica's other lanes have posted to its loop, and the frames that messages of peers lie in: a message and its frame are released when
/// the turn that has taken it has ended. When the loop has ended, whoever has posted is told why.
/// </summary>
internal sealed class LoopInbox
{
    /// <summary>How many frames of one peer may wait: however many it sends, those of others wait behind no more of them.</summary>
    public const int FramesPerPeerMax = 1024;

    private readonly Mailbox<InboxItem> _items;
    private readonly ReceiveGate _gate;
    private readonly ConcurrentDictionary<NodeId, ReceiveGate> _peers = new();
    private readonly List<(MessageReceived Received, FrameBuffer Frame)> _frames = [];
    private readonly Func<Exception> _whyStopped;
    private volatile bool _isOpenForGood;

    /// <param name="lane">The loop's lane.</param>
    /// <param name="options">How many bytes of frames may wait.</param>
    /// <param name="whyStopped">Tells what callers hear whom nobody serves any more.</param>
    public LoopInbox(ILane lane, ReplicaOptions options, Func<Exception> whyStopped)
    {
        _items = new Mailbox<InboxItem>(lane, TurnAway);
        _gate = new ReceiveGate(options.ReceivedBytesMax);
        _whyStopped = whyStopped;
    }

    public bool IsEmpty => _items.IsEmpty;

    public int Count => _items.Count;

    /// <summary>How many bytes of frames wait, or are looked at.</summary>
    public long ReceivedBytes => _gate.Bytes;

    public void Post(InboxItem item) => _items.Post(item);

    /// <summary>Posts from a thread that may take the loop's turn.</summary>
    public void PostAndVisit(InboxItem item) => _items.PostAndVisit(item);

    /// <summary>Queues a received message, and slows its sender down if too many of its frames wait, or too many bytes of all.</summary>
    /// <returns>True, when the next one may come.</returns>
    public ValueTask<bool> PostAsync(MessageReceived message, FrameBuffer frame, CancellationToken cancellationToken)
    {
        // Counted before anybody looks at it.
        var room = _gate.EnterAsync(frame.Memory.Length, cancellationToken);
        var turn = PeerGate(message.Message.Sender).EnterAsync(1, cancellationToken);
        _items.PostAndVisit(new InboxItem(message, frame));

        // Who has to wait for room meets the gate of its peer with its next frame. To wait for both here would take a continuation on the pool, which no simulator could replay.
        return room.IsCompletedSuccessfully ? turn : room;
    }

    /// <summary>Lets go those who wait to hand over a frame; further ones are not held up.</summary>
    public void OpenGate()
    {
        _isOpenForGood = true;
        _gate.OpenForGood();
        foreach (var gate in _peers.Values)
        {
            gate.OpenForGood();
        }
    }

    /// <summary>Takes the next item. Its frame is kept until <see cref="ReleaseFrames"/>.</summary>
    public bool TryTake(out InboxItem item)
    {
        if (!_items.TryTake(out item))
        {
            return false;
        }

        if (item.Frame.Memory.Length > 0)
        {
            _frames.Add(((MessageReceived)item.Content, item.Frame));
        }

        return true;
    }

    /// <summary>The turn has ended: nobody looks at what it has taken any more.</summary>
    public void ReleaseFrames()
    {
        var bytes = 0;
        foreach (var (received, frame) in _frames)
        {
            bytes += frame.Memory.Length;
            received.Message.Message.Release();
            frame.Dispose();
            PeerGate(received.Message.Sender).Leave(1);
        }

        _frames.Clear();
        if (bytes > 0)
        {
            _gate.Leave(bytes);
        }
    }

    /// <summary>The loop has ended.</summary>
    public void Close() => _items.Close();

    private ReceiveGate PeerGate(NodeId peer)
    {
        if (_peers.TryGetValue(peer, out var known))
        {
            return known;
        }

        var gate = _peers.GetOrAdd(peer, static _ => new ReceiveGate(FramesPerPeerMax));
        if (_isOpenForGood)
        {
            // Made while the others were opened.
            gate.OpenForGood();
        }

        return gate;
    }

    /// <summary>What nobody takes any more. Called on any thread.</summary>
    private void TurnAway(InboxItem item)
    {
        switch (item.Content)
        {
            case PendingCommand command:
                command.TryFail(_whyStopped());
                break;
            case CommandWithoutEffect applied:
                applied.Command.TryFail(_whyStopped());
                break;
            case CommandToCertify committed:
                committed.Command.TryFail(_whyStopped());
                break;
            case PendingRead read:
                read.Fail(_whyStopped());
                break;
            case PendingControl control:
                control.Fail(_whyStopped());
                break;
            case PendingProof proof:
                proof.Fail(_whyStopped());
                break;
        }

        item.Frame.Dispose();
    }
}
