using Consensus.Engine;

namespace Consensus.Simulation;

/// <summary>
/// A Byzantine replica in a few lines: says for some kinds of messages what becomes of them, and otherwise does what an honest one would. The first line that
/// fits decides.
/// </summary>
/// <example>
/// An equivocating leader: it tells every second peer something else, and signs it.
/// <code>
/// new ScriptedAdversary().WhenSending&lt;Propose&gt;((replica, sent, propose) =>
///     replica.Send(sent.To, sent.To.Value % 2 == 0 ? propose : (propose with { Command = Other }).SignedBy(replica.Signer)));
/// </code>
/// </example>
public sealed class ScriptedAdversary : IAdversary
{
    private readonly List<Func<CorruptReplica, InterceptedMessage, bool>> _sending = [];
    private readonly List<Func<CorruptReplica, InterceptedMessage, bool>> _receiving = [];

    /// <inheritdoc/>
    public bool InventsCommands { get; init; }

    /// <summary>Says what becomes of messages of a kind that the replica would send. They leave only if they are sent: altered, to others, later, again, or not at all.</summary>
    /// <typeparam name="TMessage">The kind.</typeparam>
    /// <param name="then">Gets the replica, the message with its receiver and its bytes, and the message itself.</param>
    public ScriptedAdversary WhenSending<TMessage>(Action<CorruptReplica, InterceptedMessage, TMessage> then)
        where TMessage : ProtocolMessage
    {
        ArgumentNullException.ThrowIfNull(then);
        _sending.Add(Fits(then));
        return this;
    }

    /// <summary>Says what is done when the replica is sent a message of a kind, before it takes it.</summary>
    /// <typeparam name="TMessage">The kind.</typeparam>
    /// <param name="then">Gets the replica, the message with its sender and its bytes, and the message itself.</param>
    public ScriptedAdversary WhenReceiving<TMessage>(Action<CorruptReplica, InterceptedMessage, TMessage> then)
        where TMessage : ProtocolMessage
    {
        ArgumentNullException.ThrowIfNull(then);
        _receiving.Add(Fits(then));
        return this;
    }

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!_sending.Exists(line => line(replica, message)))
        {
            replica.Pass(message);
        }
    }

    /// <inheritdoc/>
    public void OnReceiving(CorruptReplica replica, InterceptedMessage message) => _receiving.Exists(line => line(replica, message));

    private static Func<CorruptReplica, InterceptedMessage, bool> Fits<TMessage>(Action<CorruptReplica, InterceptedMessage, TMessage> then)
        where TMessage : ProtocolMessage => (replica, message) =>
        {
            if (message.Message is not TMessage wanted)
            {
                return false;
            }

            then(replica, message, wanted);
            return true;
        };
}
