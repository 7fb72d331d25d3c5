using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>An engine: the protocol's name and promises, its messages, and how to make a core.</summary>
public interface IEngine
{
    /// <summary>The name in configuration and status, for example <c>raft</c>.</summary>
    string Name { get; }

    /// <summary>What the engine promises.</summary>
    ConsensusGuarantees Guarantees { get; }

    /// <summary>
    /// Whether the log says by itself where states are compared: they are hashed, and snapshots are taken, after entries of
    /// <see cref="EntryKind.Checkpoint"/> only. Otherwise that is a matter of the number of entries (<see cref="SnapshotPolicy"/>).
    /// </summary>
    bool MarksCheckpoints { get; }

    /// <summary>
    /// Whether its cores raise <see cref="RoleChanged"/> and <see cref="LeaderChanged"/> themselves, in the very step. Otherwise the host raises them at the end of the
    /// turn, from the core's status.
    /// </summary>
    bool AnnouncesLeaders => false;

    /// <summary>The wire form of the engine's messages.</summary>
    IMessageCodec Codec { get; }

    /// <summary>What is checked before a message reaches the core.</summary>
    IMessageVerifier Verifier { get; }

    /// <summary>Signs what became of a request in this member's name; nothing, where nobody signs. Safe from any thread.</summary>
    SignedReply? Sign(ReplyContent content) => null;

    /// <summary>What leads from the first epoch of the group to another, as a JSON object in UTF-8, for whoever is to check what was signed there; nothing, where there is only one. Safe from any thread.</summary>
    /// <param name="epoch">The epoch.</param>
    ReadOnlyMemory<byte> WayTo(Epoch epoch) => default;

    /// <summary>Makes a core that goes on where the recovered state stopped.</summary>
    IProtocolCore CreateCore(CoreContext context);
}
