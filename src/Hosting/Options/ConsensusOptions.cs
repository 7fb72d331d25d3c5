using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Hybrid.Selection;

namespace Consensus.Hosting;

/// <summary>
/// Everything that a deployment decides about one node of one group, as it stands in the <c>Consensus</c> section of its JSON file. The
/// README of this project has the table of all keys, and <c>consensus.schema.json</c> describes the section to editors.
/// </summary>
/// <remarks>Read once, when the host starts: a changed file takes effect at the next start.</remarks>
public sealed class ConsensusOptions
{
    /// <summary>The algorithm that stands for the one that fits.</summary>
    internal const string Auto = "Auto";

    /// <summary>The algorithm whose engines follow each other.</summary>
    internal const string HybridName = "hybrid";

    /// <summary>The identity of the cluster, the same on all its nodes. Nodes and data of another cluster are refused.</summary>
    /// <value>Must be given; 32 hexadecimal digits, with or without hyphens.</value>
    [Required]
    public ClusterId ClusterId { get; set; }

    /// <summary>This node's number.</summary>
    /// <value>Must be given; 1 to 4,294,967,295. One of <see cref="Members"/>, unless <see cref="Initialize"/> is <see cref="InitializeMode.Join"/>.</value>
    [Required]
    public NodeId Node { get; set; }

    /// <summary>The name of the engine that orders the commands.</summary>
    /// <value><c>raft</c>; <c>pbft</c>, <c>hotstuff</c>, <c>hybrid</c> (these three, one after another), or the name of any other registered engine; <c>Auto</c>: the one that fits <see cref="Selection"/> and the number of voting <see cref="Members"/>. Case does not matter. The same on all members; a data folder is used with no other one than it began with.</value>
    [Required]
    public string Algorithm { get; set; } = "raft";

    /// <summary>Who belongs to the group when it is created. Afterwards the group's own log says who does.</summary>
    /// <value>1 to 64 members, at least one of them a voter.</value>
    public IList<MemberOptions> Members { get; } = [];

    /// <summary>The folder of the node's log and snapshots. It belongs to one node of one group.</summary>
    /// <value>Must be given. A relative path starts at the working directory.</value>
    [Required]
    public string DataDirectory { get; set; } = "";

    /// <summary>The key with which this node signs in the protocol, PKCS#8 in PEM form, not encrypted. Nobody but the owner of the file may have access to it.</summary>
    /// <value>Empty: none; else a file. Must be given if the algorithm tolerates Byzantine faults, with <c>hybrid</c>, and if members have a public key. A relative path starts at the working directory.</value>
    public string SigningKeyFile { get; set; } = "";

    /// <summary>What happens when there is no data yet.</summary>
    /// <value><see cref="InitializeMode.IfMissing"/>.</value>
    public InitializeMode Initialize { get; set; } = InitializeMode.IfMissing;

    /// <summary>What happens when the replica fails for good, for example because its disk does.</summary>
    /// <value><see cref="ReplicaFailureReaction.StopHost"/>.</value>
    public ReplicaFailureReaction OnReplicaFailure { get; set; } = ReplicaFailureReaction.StopHost;

    /// <summary>How long a leader that stops tries to hand over to another member first. Zero: not at all.</summary>
    /// <value>2 s; 0 to 1 min.</value>
    [DurationRange("0s", "1m")]
    public TimeSpan HandoverTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What is needed of the engine, for the algorithm <c>Auto</c>.</summary>
    public SelectionSettings Selection { get; } = new();

    /// <summary>The settings of the Raft engine.</summary>
    public RaftSettings Raft { get; } = new();

    /// <summary>The settings of the PBFT engine.</summary>
    public PbftSettings Pbft { get; } = new();

    /// <summary>The settings of the HotStuff engine.</summary>
    public HotStuffSettings HotStuff { get; } = new();

    /// <summary>The settings of the hybrid, whose engines follow each other.</summary>
    public HybridSettings Hybrid { get; } = new();

    /// <summary>The settings of a replica that do not depend on its engine.</summary>
    public ReplicaSettings Replica { get; } = new();

    /// <summary>The settings of client sessions. The same on every replica of the group.</summary>
    public SessionSettings Sessions { get; } = new();

    /// <summary>When snapshots are taken, and how many are kept.</summary>
    public SnapshotSettings Snapshots { get; } = new();

    /// <summary>The settings of the log.</summary>
    public StorageSettings Storage { get; } = new();

    /// <summary>The settings of the connections between the nodes.</summary>
    public TransportSettings Transport { get; } = new();

    /// <summary>The settings of the HTTP API.</summary>
    public HttpSettings Http { get; } = new();

    /// <summary>Where these settings stand in the configuration; problems are named from here.</summary>
    internal string Path { get; set; } = "Consensus";

    /// <summary>What could not be bound. Reported together with what is out of bounds.</summary>
    internal SettingProblems BindingProblems { get; } = new();

    /// <summary>Whether the engine is chosen, and not named.</summary>
    internal bool IsAuto => Algorithm.Equals(Auto, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether engines follow each other.</summary>
    internal bool IsHybrid => Algorithm.Equals(HybridName, StringComparison.OrdinalIgnoreCase);

    /// <summary>How many of the configured members vote.</summary>
    internal int Voters => Members.Count(member => member.Role == ConfiguredRole.Voter);

    /// <summary>The engine that runs: the one that is named, or the one that is chosen. Empty if none fits.</summary>
    internal string EngineName => !IsAuto ? Algorithm
        : Selection.SelectFor(Voters)?.Engine is { } engine ? engine.Name()
        : "";

    /// <summary>The group as it is created; empty for a node that joins one. Only valid options have it.</summary>
    internal ClusterMembership InitialMembership => Initialize == InitializeMode.Join ? ClusterMembership.Empty : new(ConfiguredMembers, []);

    /// <summary>
    /// The other nodes that this one keeps contact with, whatever the log says. Of a hybrid <see cref="Members"/> names those that it began with, as long as it exists, who may all be gone: so those count as well who are in
    /// <see cref="TransportSettings.AddressBook"/> alone.
    /// </summary>
    internal IReadOnlyList<Member> Contacts =>
    [
        .. ConfiguredMembers
            .Concat(IsHybrid ? Transport.AddressBook.Where(entry => Members.All(member => member.Id != entry.Key)).Select(entry => new Member(entry.Key, entry.Value[0])) : [])
            .Where(member => member.Id != Node),
    ];

    /// <summary>The configured members in the order of their numbers.</summary>
    internal System.Collections.Immutable.ImmutableArray<Member> ConfiguredMembers =>
        [.. Members.OrderBy(member => member.Id).Select(member => member.ToMember())];
}
