using Consensus.Engine;
using Consensus.Gossip;
using Consensus.Swarm.Connections;
using Consensus.Swarm.Datagrams;
using Consensus.Swarm.Handlers;

namespace Consensus.Swarm.Hosting;

/// <summary>Where what a node's core wants goes.</summary>
internal sealed class SwarmOutlets
{
    /// <summary>Where peers are.</summary>
    public required PeerLocations Locations { get; init; }

    /// <summary>The application's handlers.</summary>
    public required RumourHandlers Handlers { get; init; }

    /// <summary>Those who watch.</summary>
    public required EventHub<GossipEvent> Events { get; init; }

    /// <summary>Datagrams.</summary>
    public DatagramPort Datagrams { get; private set; } = null!;

    /// <summary>Connections.</summary>
    public StreamPort Streams { get; private set; } = null!;

    /// <summary>The ports hand what they receive to the loop, which sends through them: they are there before it begins.</summary>
    public void Connect(DatagramPort datagrams, StreamPort streams) => (Datagrams, Streams) = (datagrams, streams);
}
