using System.Globalization;

namespace Consensus.Swarm;

/// <summary>How a node of a swarm uses the network. The defaults are for production.</summary>
public sealed record SwarmNetworkOptions
{
    /// <summary>For how long it is tried to connect.</summary>
    /// <value>2 s; 10 ms to 1 min.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the two ends of a connection may take to show that they belong to the swarm.</summary>
    /// <value>5 s; 10 ms to 1 min.</value>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After what time a connection that nobody uses is closed.</summary>
    /// <value>30 s; 100 ms to 1 h.</value>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many connections there are at most that others dialled.</summary>
    /// <value>1,024; 1 to 65,536.</value>
    public int ConnectionsMax { get; init; } = 1_024;

    /// <summary>How many of these may not have shown yet who they are.</summary>
    /// <value>64; 1 to 65,536.</value>
    public int GreetingsMax { get; init; } = 64;

    /// <summary>How many bytes wait for one peer's connection at most; what is more is lost, as a datagram is.</summary>
    /// <value>4 MiB; 1 MiB to 1 GiB.</value>
    public long QueuedBytesMax { get; init; } = 4L << 20;

    /// <summary>After what time a name is looked up again.</summary>
    /// <value>1 min; 1 s to 1 day.</value>
    public TimeSpan NamesHold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckTime(nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        CheckTime(nameof(GreetingTimeout), GreetingTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        CheckTime(nameof(IdleAfter), IdleAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        CheckNumber(nameof(ConnectionsMax), ConnectionsMax, 1, 65_536);
        CheckNumber(nameof(GreetingsMax), GreetingsMax, 1, 65_536);
        CheckNumber(nameof(QueuedBytesMax), QueuedBytesMax, 1 << 20, 1 << 30);
        CheckTime(nameof(NamesHold), NamesHold, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        return problems;

        void CheckNumber(string name, long value, long least, long most) => Check(value >= least && value <= most, name, string.Create(CultureInfo.InvariantCulture, $"{value:N0}"), string.Create(CultureInfo.InvariantCulture, $"{least:N0} to {most:N0}"));
        void CheckTime(string name, TimeSpan value, TimeSpan least, TimeSpan most) => Check(value >= least && value <= most, name, $"{value}", $"{least} to {most}");
        void Check(bool holds, string name, string value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {value}; allowed: {allowed}.");
            }
        }
    }
}
