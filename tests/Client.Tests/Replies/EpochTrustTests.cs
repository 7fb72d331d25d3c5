using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Consensus.Client.KeyValue;
using Consensus.Client.Tests.Support;
using Consensus.Cryptography;
using static Consensus.Client.Tests.Support.ScriptedNodes;

namespace Consensus.Client.Tests.Replies;

/// <summary>A client that believes no single node of a group whose members and keys change with its epochs. The nodes a to d are the members 1 to 4, of which one may lie; each epoch has keys of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochTrustTests : IAsyncDisposable
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly byte[] Value = "value"u8.ToArray();
    private static readonly SimulatedKeyRegistry Keys = new(5);
    private static readonly ClusterId Cluster = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private readonly ScriptedNodes _nodes = new("a", "b", "c", "d");
    private readonly ConsensusClient _client;
    private readonly ScriptedEpochs _trusted = new();

    // In which epoch each member signs, and what it says about the epochs.
    private readonly ulong[] _epochs = [0, 0, 0, 0];
    private readonly Func<Seen, CancellationToken, Task<HttpResponseMessage>>[] _histories = new Func<Seen, CancellationToken, Task<HttpResponseMessage>>[4];

    // Who has not applied the write yet when asked first.
    private readonly HashSet<int> _haveNotHeard = [];

    public EpochTrustTests()
    {
        for (var i = 0; i < Names.Length; i++)
        {
            var member = i;
            _histories[member] = (_, _) => Task.FromResult(Document($"{_epochs[member]}"));
            _nodes.On(Names[member], (seen, cancellationToken) => seen.What == "GET /v1/epochs" ? _histories[member](seen, cancellationToken) : Task.FromResult(Answer(member, seen)));
        }

        _client = _nodes.CreateClient(options => options.RequireSignedReplies(new ReplyTrust(_trusted, Keys)));
    }

    private IEnumerable<string> Asked => _nodes.Seen.Where(seen => seen.What == "GET /v1/epochs").Select(seen => seen.Node);

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _nodes.Dispose();
    }

    [Test]
    public async Task In_the_epoch_that_is_known_nobody_is_asked_for_others()
    {
        Assert.That((await PutAsync()).Proof, Has.Property(nameof(ReplyProof.IsProven)).True);
        Assert.That(Asked, Is.Empty);
    }

    [Test]
    public async Task What_the_members_of_a_later_epoch_sign_counts_when_it_is_proven_that_it_has_begun()
    {
        Array.Fill(_epochs, 3UL);

        var put = await PutAsync();

        Assert.That((put.Status, put.Index, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Applied, new LogIndex(41), true)));
        Assert.That(put.Proof.Replies.Select(reply => reply.Domain), Is.All.EqualTo(ScriptedEpochs.Of(3).Domain));
        Assert.That(_trusted.Newest.Domain.Epoch.Value, Is.EqualTo(3));
    }

    // Of two epochs those who are behind follow: what they have signed before does not count, for they may have left.
    [Test]
    public async Task Signatures_of_two_epochs_are_not_counted_together()
    {
        (_epochs[2], _epochs[3]) = (1, 1);
        _histories[2] = (_, _) =>
        {
            Array.Fill(_epochs, 1UL);
            return Task.FromResult(Document("1"));
        };
        _nodes.On("a", (_, _) => Task.FromResult(Problem("no-leader")));

        var put = await PutAsync();

        Assert.That((put.Proof!.IsProven, put.Proof.Replies.Select(reply => reply.Domain).Distinct().Single()), Is.EqualTo((true, ScriptedEpochs.Of(1).Domain)));
    }

    [Test]
    public async Task One_who_says_that_it_is_further_makes_nobody_ask_or_wait()
    {
        _epochs[3] = 7;
        _histories[3] = Silence;
        _haveNotHeard.UnionWith([0, 1, 2]);

        Assert.That((await PutAsync()).Proof!.IsProven, Is.True);
        Assert.That(Asked, Is.Empty);
    }

    [Test]
    public async Task Of_those_who_are_further_one_that_proves_it_is_enough()
    {
        Array.Fill(_epochs, 2UL);
        _histories[0] = (_, _) => Task.FromResult(Document("nonsense"));
        _histories[1] = Silence;
        _histories[2] = (_, _) => Task.FromResult(Problem("not-supported", 501));

        Assert.That((await PutAsync()).Proof!.IsProven, Is.True);
        Assert.That(_trusted.Newest.Domain.Epoch.Value, Is.EqualTo(2));
    }

    [Test]
    public async Task What_nobody_proves_is_not_believed()
    {
        Array.Fill(_epochs, 2UL);
        Array.Fill(_histories, (_, _) => Task.FromResult(Document("nonsense")));

        var put = await PutAsync();

        Assert.That((put.Status, put.Proof!.IsProven), Is.EqualTo((ProposeStatus.Unknown, false)));
        Assert.That(put.Proof.Claims.Select(claim => claim.Says), Is.All.EqualTo("'nonsense' is no number."));
        Assert.That(_trusted.Newest.Domain.Epoch, Is.EqualTo(Epoch.Zero));
    }

    [Test]
    public void A_group_of_one_epoch_has_no_other()
    {
        var one = new ReplyTrust(Cluster, ScriptedEpochs.Of(0).Members, signatures: Keys).Epochs;

        Assert.That(one.TryExtend("1"u8, out var defect), Is.False);
        Assert.That(defect, Does.StartWith("Trusted is one epoch, "));
    }

    [Test]
    public void Fewer_than_four_members_are_refused()
    {
        var three = SignerSet.Create(ScriptedEpochs.Of(0).Members.Members.Take(3));

        Assert.That(Assert.Throws<ArgumentException>(() => _ = new ReplyTrust(Cluster, three, signatures: Keys))!.ParamName, Is.EqualTo("members"));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new ReplyTrust(new ScriptedEpochs { Newest = ScriptedEpochs.Of(0) with { Members = three } }, Keys))!.ParamName, Is.EqualTo("epochs"));
    }

    private HttpResponseMessage Answer(int member, Seen seen)
    {
        if (seen.Key is not null)
        {
            return Wrote(41);
        }

        if (_haveNotHeard.Remove(member))
        {
            return Problem("not-here", 404);
        }

        var parts = seen.What.Split('/');
        var request = new RequestId(new ClientId(ulong.Parse(parts[3], CultureInfo.InvariantCulture)), ulong.Parse(parts[5], CultureInfo.InvariantCulture));
        var content = new ReplyContent(request, IsApplied: true, new LogIndex(41), KeyValueWire.Put(Key, Value)[0], new byte[] { 0x93, 0, 0xC2, 41 });
        var domain = ScriptedEpochs.Of(_epochs[member]).Domain;
        var reply = new SignedReply(content, domain, new NodeId((uint)member + 1), content.ToStatement(domain).Sign(ScriptedEpochs.SignerOf(_epochs[member], member)));
        return Document(Encoding.UTF8.GetString(SignedReplyDocument.ToUtf8(reply)));
    }

    private Task<WriteResult> PutAsync() => _nodes.Time.RunAsync(_client.KeyValue.PutAsync(Key, Value));

    /// <summary>Epochs that whoever says their number has proven.</summary>
    private sealed class ScriptedEpochs : ITrustedEpochs
    {
        public TrustedEpoch Newest { get; set; } = Of(0);

        public static TrustedEpoch Of(ulong epoch)
        {
            var members = SignerSet.Create(Enumerable.Range(0, 4).Select(member => new MemberKey(new NodeId((uint)member + 1), SignerOf(epoch, member).PublicKey)));
            return new TrustedEpoch(SigningDomain.Of(Cluster, new Epoch(epoch), members), members);
        }

        public static ISigner SignerOf(ulong epoch, int member) => Keys.CreateSigner((100 * epoch) + (ulong)member + 1);

        public bool TryExtend(ReadOnlySpan<byte> text, [NotNullWhen(false)] out string? defect)
        {
            defect = ulong.TryParse(text, CultureInfo.InvariantCulture, out var epoch) ? null : $"'{Encoding.UTF8.GetString(text)}' is no number.";
            if (defect is null)
            {
                Newest = Of(epoch);
            }

            return defect is null;
        }
    }
}
