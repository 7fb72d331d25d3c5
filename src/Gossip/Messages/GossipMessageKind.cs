namespace Consensus.Gossip;

/// <summary>The kinds of messages on the wire. A number is never given to another kind. Each core has sixteen of its own.</summary>
internal enum GossipMessageKind : byte
{
    /// <summary>No message.</summary>
    None = 0,

    /// <summary><see cref="Messages.Ping"/>.</summary>
    Ping = 16,

    /// <summary><see cref="Messages.Ack"/>.</summary>
    Ack = 17,

    /// <summary><see cref="Messages.PingRequest"/>.</summary>
    PingRequest = 18,

    /// <summary><see cref="Messages.RelayedAck"/>.</summary>
    RelayedAck = 19,

    /// <summary><see cref="Messages.Nack"/>.</summary>
    Nack = 20,

    /// <summary><see cref="Messages.StreamPing"/>.</summary>
    StreamPing = 21,

    /// <summary><see cref="Messages.MemberNews"/>.</summary>
    MemberNews = 22,

    /// <summary><see cref="Messages.JoinRequest"/>.</summary>
    JoinRequest = 23,

    /// <summary><see cref="Messages.StateDigest"/>.</summary>
    StateDigest = 24,

    /// <summary><see cref="Messages.StateExchange"/>.</summary>
    StateExchange = 25,

    /// <summary><see cref="Messages.ViewJoin"/>.</summary>
    ViewJoin = 26,

    /// <summary><see cref="Messages.ForwardJoin"/>.</summary>
    ForwardJoin = 27,

    /// <summary><see cref="Messages.Neighbour"/>.</summary>
    Neighbour = 28,

    /// <summary><see cref="Messages.Shuffle"/>.</summary>
    Shuffle = 29,

    /// <summary><see cref="Messages.ShuffleAnswer"/>.</summary>
    ShuffleAnswer = 30,

    /// <summary><see cref="Messages.RumourCall"/>.</summary>
    RumourCall = 32,

    /// <summary><see cref="Messages.RumourAnswer"/>.</summary>
    RumourAnswer = 33,

    /// <summary><see cref="Messages.RumourDelivery"/>.</summary>
    RumourDelivery = 34,

    /// <summary><see cref="Messages.RumourSummary"/>.</summary>
    RumourSummary = 35,

    /// <summary><see cref="Messages.RumourDigest"/>.</summary>
    RumourDigest = 36,

    /// <summary><see cref="Messages.RepairDigest"/>.</summary>
    RepairDigest = 48,

    /// <summary><see cref="Messages.RepairStep"/>.</summary>
    RepairStep = 49,

    /// <summary><see cref="Messages.RepairBusy"/>.</summary>
    RepairBusy = 50,

    /// <summary><see cref="Messages.BallotDigest"/>.</summary>
    BallotDigest = 64,

    /// <summary><see cref="Messages.BallotVotes"/>.</summary>
    BallotVotes = 65,

    /// <summary><see cref="Messages.BallotRequest"/>.</summary>
    BallotRequest = 66,

    /// <summary><see cref="Messages.BallotAnnouncement"/>.</summary>
    BallotAnnouncement = 67,
}
