using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;
using Consensus.Cryptography;

namespace Consensus.Client;

/// <summary>How a <see cref="ConsensusClient"/> reaches its cluster. All that is wrong with it is reported at once.</summary>
/// <remarks>All of them but <see cref="Retrying"/>, <see cref="Trust"/> and <see cref="Signer"/> can stand in a configuration, durations as <c>150ms</c>, <c>2s</c> or <c>10m</c>.</remarks>
public sealed class ConsensusClientOptions
{
    /// <summary>Where the nodes serve their API, for example <c>http://node1:8101</c>. Any node will do; all of them are better.</summary>
    /// <value>1 to 64 addresses with <c>http</c> or <c>https</c>, each once.</value>
    public IList<Uri> Endpoints { get; } = [];

    /// <summary>How long a call may take, retries included, unless the call says otherwise.</summary>
    /// <value>15 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The same for membership changes and transfers. A node waits up to 2 minutes for a new member to catch up.</summary>
    /// <value>130 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan ChangeTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// How long one node is waited for before another one is asked. Longer than a node waits for a command by default (5 s), so that its own
    /// answer comes first. What must not be sent twice waits for its whole time limit instead.
    /// </summary>
    /// <value>6 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a connection may take to be made. Not used with a handler of your own.</summary>
    /// <value>2 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a node that failed is left alone at first. Doubles with each failure, and a random part of up to a half is taken off.</summary>
    /// <value>50 ms; 1 ms to 1 day, no more than <see cref="BackoffMax"/>.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan BackoffMin { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a node that failed is left alone at most, unless it says longer itself (<c>Retry-After</c>).</summary>
    /// <value>1 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether calls go to the node that leads, if it is known and among the <see cref="Endpoints"/>: it saves a hop between nodes.</summary>
    /// <value>True.</value>
    public bool PreferLeader { get; set; } = true;

    /// <summary>How often the client looks who leads, while it is used. It looks at once after a failure.</summary>
    /// <value>5 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan LeaderInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without any sign a stream of events is given up, and another node asked. Nodes give a sign each 15 s.</summary>
    /// <value>45 s; 1 ms to 1 day.</value>
    [DurationRange("1ms", "1d")]
    public TimeSpan EventSilence { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How many connections there are to one node. Not used with a handler of your own.</summary>
    /// <value>256; 1 to 65,536.</value>
    [Range(1, 65_536)]
    public int ConnectionsPerNodeMax { get; set; } = 256;

    /// <summary>The largest answer that is read.</summary>
    /// <value>64 MiB; 64 KiB to 1 GiB.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int AnswerBytesMax { get; set; } = 64 * 1024 * 1024;

    /// <summary>Sent with each request as <c>Authorization: Bearer</c>, if there is one.</summary>
    /// <value>None; ASCII letters, digits and <c>-._~+/=</c>.</value>
    public string? BearerToken { get; set; }

    /// <summary>
    /// The certificates of authorities whose nodes are trusted over HTTPS, such as the cluster's own, in PEM form; what the machine trusts does not count
    /// then. Not used with a handler of your own.
    /// </summary>
    /// <value>None: what the machine trusts; at least one certificate.</value>
    public string? AuthorityPem { get; set; }

    /// <summary>
    /// Whose signatures replies need. With it a write of the key-value machine has the outcome that f+1 members have signed, or an unknown one, whatever single nodes say; each write costs a request
    /// to each node more. For groups that tolerate Byzantine faults; all their nodes should be among the <see cref="Endpoints"/>.
    /// </summary>
    /// <value>None: the node that answers is believed.</value>
    public ReplyTrust? Trust { get; private set; }

    /// <summary>
    /// What signs the client's writes. With it the client opens its session with the key, and nobody else can use that session: no replica applies a command in it that the key has not signed, and no command that
    /// the client has signed takes effect in another session. For writes of the key-value machine, hosted by its number as nodes host it; others are refused with <see cref="RefusalReason.NotSupported"/>.
    /// </summary>
    /// <value>None: whoever knows the session's number, as all replicas do, can use it.</value>
    public RequestSigner? Signer { get; private set; }

    /// <summary>Told each time before a call is sent again, on the thread of the call. For those who show or count it.</summary>
    public Action<RetryNotice>? Retrying { get; set; }

    /// <summary>Believes no single node from now on: see <see cref="Trust"/>.</summary>
    /// <param name="trust">The cluster, its members and their keys.</param>
    public void RequireSignedReplies(ReplyTrust trust) => Trust = trust;

    /// <summary>Signs each write from now on: see <see cref="Signer"/>.</summary>
    /// <param name="signer">The cluster, and the client's key. It must be usable as long as the client.</param>
    public void SignRequests(RequestSigner signer) => Signer = signer;

    /// <summary>Where these options stand in a configuration, if they come from one; problems are named from here.</summary>
    internal string Path { get; set; } = "";

    /// <summary>What could not be bound. Reported together with what is out of bounds.</summary>
    internal SettingProblems BindingProblems { get; } = new();
}
