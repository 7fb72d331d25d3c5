namespace Consensus.Hosting;

/// <summary>
/// Everything that a deployment decides about one node of one group, as it stands in the <c>Consensus</c> section of its JSON file. The
/// README of this project has the table of all keys, and <c>consensus.schema.json</c> describes the section to editors.
/// </summary>
public sealed class ConsensusOptions
{
    /// <summary>The <see cref="Algorithm"/> that leaves the choice to the library.</summary>
    public const string AutoAlgorithm = "Auto";

    /// <summary>This node's number.</summary>
    /// <value>Must be given; 1 to 4,294,967,295. One of <see cref="Members"/>, unless the node joins later.</value>
    public uint Node { get; set; }

    /// <summary>The identity of the cluster, the same on all its nodes. Nodes and data of another cluster are refused.</summary>
    /// <value>Must be given; 32 hexadecimal digits, with or without hyphens.</value>
    public string Cluster { get; set; } = "";

    /// <summary>Who belongs to the group when it is created. Afterwards the group's own log says who does.</summary>
    /// <value>1 to 64 members.</value>
    public IList<MemberOptions> Members { get; } = [];

    /// <summary>The name of the engine that orders the commands.</summary>
    /// <value><c>Auto</c>, which is Raft; or the name of a registered engine.</value>
    public string Algorithm { get; set; } = AutoAlgorithm;

    /// <summary>The folder of the node's log and snapshots. It belongs to one node of one group.</summary>
    /// <value>Must be given. A relative path starts at the working directory.</value>
    public string DataDirectory { get; set; } = "";

    /// <summary>What happens when the data folder is empty.</summary>
    /// <value><see cref="InitializeMode.IfMissing"/>.</value>
    public InitializeMode Initialize { get; set; } = InitializeMode.IfMissing;

    /// <summary>What happens when the replica fails for good, for example because its disk does.</summary>
    /// <value><see cref="ReplicaFailureAction.StopHost"/>.</value>
    public ReplicaFailureAction OnFailure { get; set; } = ReplicaFailureAction.StopHost;

    /// <summary>How long a leader that stops tries to hand over to another member first. Zero: not at all.</summary>
    /// <value>2 s; 0 to 1 min.</value>
    public TimeSpan HandoverTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The settings of the Raft engine.</summary>
    public RaftSettings Raft { get; } = new();

    /// <summary>The settings of a replica that do not depend on its engine.</summary>
    public ReplicaSettings Replica { get; } = new();

    /// <summary>The settings of the log and the snapshot store.</summary>
    public StorageSettings Storage { get; } = new();

    /// <summary>The settings of the connections between the nodes.</summary>
    public TransportSettings Transport { get; } = new();

    /// <summary>The settings of the HTTP API.</summary>
    public HttpSettings Http { get; } = new();

    /// <summary>Where these settings stand in the configuration; problems are named from here.</summary>
    internal string Path { get; set; } = "Consensus";

    /// <summary>What could not be bound. Reported together with what is out of bounds.</summary>
    internal List<string> BindingProblems { get; } = [];

    /// <summary>The node's number as its own type.</summary>
    internal NodeId Self => new(Node);

    /// <summary>The group as it is created. Only valid options have one.</summary>
    internal ClusterMembership InitialMembership => new([.. Members.OrderBy(member => member.Id).Select(member => member.ToMember())], []);

    /// <summary>The cluster's identity as its own type. Only valid options have one.</summary>
    internal ClusterId ClusterId => Consensus.ClusterId.TryParse(Cluster, out var id) ? id : Consensus.ClusterId.None;
}
