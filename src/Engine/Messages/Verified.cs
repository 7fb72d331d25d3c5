namespace Consensus.Engine;

/// <summary>A message that has passed verification. Only <see cref="MessageIngress"/> makes one.</summary>
/// <typeparam name="TMessage">The kind of message.</typeparam>
public readonly struct Verified<TMessage>
    where TMessage : ProtocolMessage
{
    internal Verified(NodeId sender, TMessage message)
    {
        Sender = sender;
        Message = message;
    }

    /// <summary>The authenticated sender.</summary>
    public NodeId Sender { get; }

    /// <summary>The message.</summary>
    public TMessage Message { get; }

    /// <summary>What the message carries: it was verified with it.</summary>
    public Verified<TContent> Open<TContent>(Func<TMessage, TContent> content)
        where TContent : ProtocolMessage => new(Sender, content(Message));
}
