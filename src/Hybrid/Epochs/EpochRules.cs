using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>When a group changes its engine without an operator, and to which: part of each epoch's identity, and the same in all of them unless an operator orders others.</summary>
/// <remarks>Immutable.</remarks>
public sealed record EpochRules
{
    /// <summary>What agrees on the end of an epoch of Raft, and follows it if no order says otherwise.</summary>
    /// <value><see cref="EpochProtocol.Pbft"/>; or <see cref="EpochProtocol.HotStuff"/>.</value>
    public EpochProtocol EscalationTarget { get; init; } = EpochProtocol.Pbft;

    /// <summary>
    /// Whether a command whose caller waits for <see cref="CommitLevel.Certified"/> makes a group that runs Raft move to <see cref="EscalationTarget"/> first. Otherwise it waits until a floor is certified above it.
    /// </summary>
    /// <value>False.</value>
    public bool EscalatesForCommands { get; init; }

    /// <summary>Whether a group goes back to Raft by itself, when a quorum of members have each seen that it is quiet (<see cref="EscalationOptions"/>). Otherwise an operator has to order it, too.</summary>
    /// <value>False.</value>
    public bool ReturnsAlone { get; init; }

    /// <summary>What is wrong with them; nothing, if a group may have them.</summary>
    internal string? Defect => EscalationTarget == EpochProtocol.Raft
        ? $"What agrees on the end of an epoch of Raft must survive liars; allowed: {EpochProtocol.Pbft} or {EpochProtocol.HotStuff}."
        : null;

    /// <summary>Writes them.</summary>
    internal void Write(ref MessagePackWriter writer)
    {
        writer.Write((byte)EscalationTarget);
        writer.Write(EscalatesForCommands);
        writer.Write(ReturnsAlone);
    }

    /// <summary>Reads them. Whether a group may have them is not looked at.</summary>
    /// <exception cref="MessageFormatException">There is no such protocol.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static EpochRules Read(ref MessagePackReader reader) =>
        new() { EscalationTarget = EpochDescriptor.ReadProtocol(ref reader), EscalatesForCommands = reader.ReadBoolean(), ReturnsAlone = reader.ReadBoolean() };
}
