using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How a node of a swarm finds out who lives. The defaults are <see cref="Lan"/>: for production in one data centre.</summary>
/// <remarks>What each preset costs and how fast it is stands in the README of this project, with how it was measured.</remarks>
public sealed record MembershipOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>For one data centre. Of 100 members, a dead one is known to all within 5 s (3.4 s as a rule), and a smaller side of a divided swarm knows within 2 s; a node sends 81 bytes a second when nothing happens.</summary>
    public static MembershipOptions Lan { get; } = new();

    /// <summary>For members that are far from each other, with answers that take up to half a second. A dead one is known to all within 12 s (9 s as a rule), a smaller side knows within 7 s; 29 bytes a second.</summary>
    public static MembershipOptions Wan { get; } = new()
    {
        ProbeInterval = TimeSpan.FromSeconds(2),
        ProbeTimeout = TimeSpan.FromMilliseconds(800),
        IndirectTimeout = TimeSpan.FromMilliseconds(1_000),
        SuspicionTimeoutMin = TimeSpan.FromSeconds(6),
        SuspicionTimeoutMax = TimeSpan.FromSeconds(30),
        GossipInterval = TimeSpan.FromMilliseconds(300),
        ExchangeInterval = TimeSpan.FromSeconds(60),
        ReconnectInterval = TimeSpan.FromSeconds(15),
        SurveyInterval = TimeSpan.FromSeconds(5),
        LeaveLingerMax = TimeSpan.FromSeconds(15),
    };

    /// <summary>For members close to each other, where a partition is to be known within a second: within 0.6 s. A dead one is known to all within 1.3 s; 287 bytes a second. A node that pauses for a tenth of a second is suspected, and for three quarters of one, dead.</summary>
    public static MembershipOptions Fast { get; } = new()
    {
        ProbeInterval = TimeSpan.FromMilliseconds(200),
        ProbeTimeout = TimeSpan.FromMilliseconds(60),
        IndirectTimeout = TimeSpan.FromMilliseconds(80),
        SuspicionTimeoutMin = TimeSpan.FromMilliseconds(700),
        SuspicionTimeoutMax = TimeSpan.FromMilliseconds(2_800),
        GossipInterval = TimeSpan.FromMilliseconds(25),
        ExchangeInterval = TimeSpan.FromSeconds(5),
        ReconnectInterval = TimeSpan.FromSeconds(1),
        SurveyInterval = TimeSpan.FromMilliseconds(300),
        LeaveLingerMax = TimeSpan.FromSeconds(2),
    };

    /// <summary>How often a node asks another one whether it lives. By turns its neighbour on a ring, so that nobody is forgotten for long, and the next of a shuffled round.</summary>
    /// <value>700 ms; 10 ms to 10 min, at least <see cref="ProbeTimeout"/> and <see cref="IndirectTimeout"/> together.</value>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>For how long it waits for the answer before it asks others to ask.</summary>
    /// <value>250 ms; 1 ms to 10 min. Far more than a round trip.</value>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>For how long it waits for theirs before it suspects.</summary>
    /// <value>250 ms; 1 ms to 10 min. More than two round trips.</value>
    public TimeSpan IndirectTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many others it asks.</summary>
    /// <value>3; 0 to 16.</value>
    public int IndirectProbes { get; init; } = 3;

    /// <summary>Whether it asks on a connection as well, for networks that lose or block datagrams.</summary>
    /// <value><see langword="true"/>.</value>
    public bool ProbesOverStream { get; init; } = true;

    /// <summary>After what time a suspect is dead that enough others suspect, too. Up to 128 members; it grows with the logarithm beyond.</summary>
    /// <value>2.4 s; 1 ms to 10 min. Longer than a live node is ever asleep, or it is taken for dead.</value>
    public TimeSpan SuspicionTimeoutMin { get; init; } = TimeSpan.FromMilliseconds(2_400);

    /// <summary>After what time a suspect is dead that one node alone accuses. Grows likewise.</summary>
    /// <value>9.6 s; <see cref="SuspicionTimeoutMin"/> to 10 min.</value>
    public TimeSpan SuspicionTimeoutMax { get; init; } = TimeSpan.FromMilliseconds(9_600);

    /// <summary>How many others have to accuse a suspect as well until the shortest time holds.</summary>
    /// <value>3; 0 to 7.</value>
    public int SuspicionConfirmations { get; init; } = 3;

    /// <summary>The worst that a node thinks of itself: it waits for up to one more than so many times as long.</summary>
    /// <value>8; 0 to 64.</value>
    public int AwarenessMax { get; init; } = 8;

    /// <summary>How often news about members is told while there is any.</summary>
    /// <value>100 ms; 1 ms to 10 min.</value>
    public TimeSpan GossipInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many others it is told each time.</summary>
    /// <value>3; 1 to 16.</value>
    public int GossipFanout { get; init; } = 3;

    /// <summary>How often a node tells the same news: so many times the binary logarithm of the members' number.</summary>
    /// <value>2; 1 to 16.</value>
    public int RetransmitFactor { get; init; } = 2;

    /// <summary>News about how many members waits to be told. What finds no place is left to the exchange.</summary>
    /// <value>4,096; 16 to 65,536.</value>
    public int NewsMax { get; init; } = 4_096;

    /// <summary>How often a node compares what it knows with another one, give or take a quarter. Above 32 members it is longer, with the logarithm.</summary>
    /// <value>30 s; 10 ms to 10 min.</value>
    public TimeSpan ExchangeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>To how many others it tells all that it knows in a second; the others try again later.</summary>
    /// <value>64; 1 to 1,024.</value>
    public int ExchangesPerSecondMax { get; init; } = 64;

    /// <summary>How often it looks for a dead member's return: so a swarm that was divided comes together again.</summary>
    /// <value>5 s; 10 ms to 10 min.</value>
    public TimeSpan ReconnectInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long the dead and those who left are remembered. Longer than any partition, or a side that was away brings them back for a while.</summary>
    /// <value>24 h; 1 s to 365 days, longer than <see cref="SuspicionTimeoutMax"/>.</value>
    public TimeSpan TombstoneTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many of them are remembered.</summary>
    /// <value>8,192; 16 to 16,384.</value>
    public int TombstonesMax { get; init; } = 8_192;

    /// <summary>How many live members a node knows: in larger swarms nobody can know all.</summary>
    /// <value>8,192; 2 to 16,384.</value>
    public int MembersMax { get; init; } = 8_192;

    /// <summary>How often in a minute a member may join, start again or leave before nobody listens to it for a while.</summary>
    /// <value>12; 1 to 600.</value>
    public int ChangesPerMinuteMax { get; init; } = 12;

    /// <summary>After what time a node that got no answer from a seed asks again, give or take a half; twice as long each time, up to 30 s.</summary>
    /// <value>1 s; 10 ms to 30 s.</value>
    public TimeSpan JoinRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long a node that leaves stays to tell it.</summary>
    /// <value>5 s; 1 ms to 10 min.</value>
    public TimeSpan LeaveLingerMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many members are asked at once when many do not answer, to see how many still do.</summary>
    /// <value>64; 8 to 120.</value>
    public int SurveyPeersMax { get; init; } = 64;

    /// <summary>How often they are asked while that goes on.</summary>
    /// <value>2 s; 10 ms to 10 min, at least twice <see cref="ProbeTimeout"/>.</value>
    public TimeSpan SurveyInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many members the swarm has at least, as far as its operators know: a node that starts while the swarm is divided knows no better.</summary>
    /// <value>1; 1 to <see cref="MembersMax"/>.</value>
    public int SwarmSizeMin { get; init; } = 1;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckTime(nameof(ProbeInterval), ProbeInterval, TimeSpan.FromMilliseconds(10), Longest);
        CheckTime(nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(IndirectTimeout), IndirectTimeout, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(SuspicionTimeoutMin), SuspicionTimeoutMin, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(SuspicionTimeoutMax), SuspicionTimeoutMax, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(GossipInterval), GossipInterval, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(ExchangeInterval), ExchangeInterval, TimeSpan.FromMilliseconds(10), Longest);
        CheckTime(nameof(ReconnectInterval), ReconnectInterval, TimeSpan.FromMilliseconds(10), Longest);
        CheckTime(nameof(TombstoneTime), TombstoneTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        CheckTime(nameof(JoinRetry), JoinRetry, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30));
        CheckTime(nameof(LeaveLingerMax), LeaveLingerMax, TimeSpan.FromMilliseconds(1), Longest);
        CheckTime(nameof(SurveyInterval), SurveyInterval, TimeSpan.FromMilliseconds(10), Longest);
        CheckNumber(nameof(IndirectProbes), IndirectProbes, 0, 16);
        CheckNumber(nameof(SuspicionConfirmations), SuspicionConfirmations, 0, 7);
        CheckNumber(nameof(AwarenessMax), AwarenessMax, 0, 64);
        CheckNumber(nameof(GossipFanout), GossipFanout, 1, 16);
        CheckNumber(nameof(RetransmitFactor), RetransmitFactor, 1, 16);
        CheckNumber(nameof(NewsMax), NewsMax, 16, 65_536);
        CheckNumber(nameof(ExchangesPerSecondMax), ExchangesPerSecondMax, 1, 1_024);
        CheckNumber(nameof(TombstonesMax), TombstonesMax, 16, 16_384);
        CheckNumber(nameof(MembersMax), MembersMax, 2, 16_384);
        CheckNumber(nameof(ChangesPerMinuteMax), ChangesPerMinuteMax, 1, 600);
        CheckNumber(nameof(SurveyPeersMax), SurveyPeersMax, 8, 120);
        CheckNumber(nameof(SwarmSizeMin), SwarmSizeMin, 1, Math.Max(1, MembersMax));
        Check(ProbeInterval >= ProbeTimeout + IndirectTimeout, nameof(ProbeInterval), ProbeInterval, $"at least {nameof(ProbeTimeout)} and {nameof(IndirectTimeout)} together ({ProbeTimeout + IndirectTimeout})");
        Check(SuspicionTimeoutMax >= SuspicionTimeoutMin, nameof(SuspicionTimeoutMax), SuspicionTimeoutMax, $"at least {nameof(SuspicionTimeoutMin)} ({SuspicionTimeoutMin})");
        Check(TombstoneTime > SuspicionTimeoutMax, nameof(TombstoneTime), TombstoneTime, $"more than {nameof(SuspicionTimeoutMax)} ({SuspicionTimeoutMax})");
        Check(SurveyInterval >= ProbeTimeout * 2, nameof(SurveyInterval), SurveyInterval, $"at least twice {nameof(ProbeTimeout)} ({ProbeTimeout * 2})");
        return problems;

        void CheckTime(string name, TimeSpan value, TimeSpan least, TimeSpan most) => Check(value >= least && value <= most, name, value, $"{least} to {most}");
        void CheckNumber(string name, int value, int least, int most) => Check(value >= least && value <= most, name, value, string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"));
        void Check<T>(bool holds, string name, T value, string allowed)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed: {allowed}."));
            }
        }
    }
}
