using System.Globalization;

namespace Consensus.Gossip;

/// <summary>How news spreads in a swarm. The defaults are for one data centre.</summary>
public sealed record DisseminationOptions
{
    /// <summary>Which side of a call tells what it knows.</summary>
    /// <value>Push and pull.</value>
    public GossipMode Mode { get; init; } = GossipMode.PushPull;

    /// <summary>How many others a node calls in a round. With calls that get lost it is more, up to twice as many.</summary>
    /// <value>3; 1 to 16, fewer than the swarm has members.</value>
    public int Fanout { get; init; } = 3;

    /// <summary>How long a round is, while there is something to tell, or may be.</summary>
    /// <value>50 ms; 1 ms to 1 min.</value>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a rumour is told on at most, one after the other. It reaches all of a million members after some 20.</summary>
    /// <value>40; 1 to 255.</value>
    public int HopsMax { get; init; } = 40;

    /// <summary>After how many calls to somebody who has heard of it already a node tells a rumour no more (Demers et al., section 1.4: feedback and counter).</summary>
    /// <value>0: the natural logarithm of the swarm's size, and 5 more, so that of 400 rumours one does not reach somebody; 0 to 64.</value>
    public int StopAfter { get; init; }

    /// <summary>How long a rumour is told at most, whatever is heard of it.</summary>
    /// <value>10 s; <see cref="Interval"/> to 10 min.</value>
    public TimeSpan HotTimeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How old a rumour may be that is taken from others, by its origin's clock. For so long it is remembered which were heard, so none is delivered twice.</summary>
    /// <value>10 min; 1 s to 1 day, more than <see cref="HotTimeMax"/>.</value>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far an origin's clock may be ahead.</summary>
    /// <value>30 s; 0 s to 1 h.</value>
    public TimeSpan AheadMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a payload may be.</summary>
    /// <value>256 KiB; 64 B to 512 KiB.</value>
    public int PayloadBytesMax { get; init; } = 256 * 1024;

    /// <summary>From which length on a payload is compressed.</summary>
    /// <value>1 KiB; 64 B to 1 MiB.</value>
    public int CompressFrom { get; init; } = 1024;

    /// <summary>From which length on, packed, a rumour is offered by its id first, and told to those who ask for it.</summary>
    /// <value>512 B; 0 B to 512 KiB.</value>
    public int OfferFrom { get; init; } = 512;

    /// <summary>Of how many rumours it is remembered that they were heard. When so many are young, no others are taken.</summary>
    /// <value>65,536; 256 to 4,194,304.</value>
    public int KnownMax { get; init; } = 65_536;

    /// <summary>How many bytes of rumours are kept for those who ask; the oldest go first.</summary>
    /// <value>16 MiB; 64 KiB to 1 GiB.</value>
    public long KeptBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many rumours are taken from one member in a second, in the long run; four times as many at once.</summary>
    /// <value>2,000; 1 to 1,000,000.</value>
    public int RumoursPerSecondMax { get; init; } = 2_000;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(Enum.IsDefined(Mode), nameof(Mode), Mode, string.Join(", ", Enum.GetNames<GossipMode>()));
        CheckNumber(nameof(Fanout), Fanout, 1, 16);
        CheckTime(nameof(Interval), Interval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        CheckNumber(nameof(HopsMax), HopsMax, 1, byte.MaxValue);
        CheckNumber(nameof(StopAfter), StopAfter, 0, 64);
        CheckTime(nameof(HotTimeMax), HotTimeMax, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        CheckTime(nameof(AgeMax), AgeMax, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        CheckTime(nameof(AheadMax), AheadMax, TimeSpan.Zero, TimeSpan.FromHours(1));
        CheckNumber(nameof(PayloadBytesMax), PayloadBytesMax, 64, 512 * 1024);
        CheckNumber(nameof(CompressFrom), CompressFrom, 64, 1024 * 1024);
        CheckNumber(nameof(OfferFrom), OfferFrom, 0, 512 * 1024);
        CheckNumber(nameof(KnownMax), KnownMax, 256, 4 * 1024 * 1024);
        CheckNumber(nameof(KeptBytesMax), KeptBytesMax, 64 * 1024, 1024L * 1024 * 1024);
        CheckNumber(nameof(RumoursPerSecondMax), RumoursPerSecondMax, 1, 1_000_000);
        Check(HotTimeMax >= Interval, nameof(HotTimeMax), HotTimeMax, $"at least {nameof(Interval)} ({Interval})");
        Check(AgeMax > HotTimeMax, nameof(AgeMax), AgeMax, $"more than {nameof(HotTimeMax)} ({HotTimeMax})");
        return problems;

        void CheckTime(string name, TimeSpan value, TimeSpan least, TimeSpan most) => Check(value >= least && value <= most, name, value, $"{least} to {most}");
        void CheckNumber(string name, long value, long least, long most) => Check(value >= least && value <= most, name, value, string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"));
        void Check<T>(bool holds, string name, T value, string allowed)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; allowed: {allowed}."));
            }
        }
    }
}
