using System.Text.Json;
using System.Text.Json.Nodes;
using Consensus.Cli.Evidence;
using Consensus.Cli.Tests.Support;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hybrid;

namespace Consensus.Cli.Tests.Commands;

/// <summary><c>consensus evidence verify</c>, with the keys of a cluster that <c>init</c> has set up.</summary>
[TestFixture]
public sealed class EvidenceTests
{
    private static readonly DateTimeOffset Seen = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private TestFolder _folder = null!;
    private string _config = "";
    private string _file = "";

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _folder = new TestFolder();
        var run = await ToolRun.OfAsync("init", "--directory", _folder.Path, "--nodes", "4", "--signing-keys");
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
        _config = _folder.File("node-1.json");
        _file = _folder.File("evidence.json");
    }

    [OneTimeTearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public async Task Two_contradictory_signatures_are_valid_evidence()
    {
        await WriteAsync(Equivocation(signer: 3, key: 3));

        var run = await VerifyAsync();
        var json = await VerifyAsync("--json");

        Assert.That((run.ExitCode, json.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), run.Error);
        Assert.That(run.Output, Does.StartWith("Valid. Node 3 signed two PbftPrepare statements in epoch 1"));
        using var document = JsonDocument.Parse(json.Output);
        var root = document.RootElement;
        Assert.That(root.GetProperty("valid").GetBoolean(), Is.True);
        Assert.That(root.GetProperty("reason").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(root.GetProperty("signer").GetUInt32(), Is.EqualTo(3));
        Assert.That(root.GetProperty("kind").GetString(), Is.EqualTo("PbftPrepare"));
        Assert.That(root.GetProperty("epoch").GetUInt64(), Is.EqualTo(1));
        Assert.That(root.GetProperty("cluster").GetString(), Is.EqualTo($"{Cluster()}"));
        Assert.That(root.GetProperty("seen_at").GetDateTimeOffset(), Is.EqualTo(Seen));
    }

    [Test]
    public async Task Evidence_in_a_hybrid_is_judged_by_the_epoch_that_it_names_and_epochs_that_do_not_follow_are_wrong_usage()
    {
        var folder = _folder.File("hybrid");
        var init = await ToolRun.OfAsync("init", "--directory", folder, "--nodes", "4", "--algorithm", "hybrid");
        Assert.That(init.ExitCode, Is.EqualTo(ExitCode.Done), init.Error);
        var config = Path.Combine(folder, "node-1.json");
        var first = ConfiguredMembers.Read(config).First!;
        var (epochs, other) = (_folder.File("epochs.json"), _folder.File("other-epochs.json"));
        await File.WriteAllBytesAsync(epochs, EpochHistoryDocument.ToUtf8(EpochHistory.Of(first)));
        var group = EpochDescriptor.First(first.Cluster, EpochProtocol.Pbft, first.Members, first.Operators);
        await File.WriteAllBytesAsync(other, EpochHistoryDocument.ToUtf8(EpochHistory.Of(group)));

        using var key = Ed25519.Load().ImportPem(await File.ReadAllBytesAsync(Path.Combine(folder, "node-3.signing.key")));
        await WriteAsync(Equivocation(first.Domain, new NodeId(3), key));
        var here = await ToolRun.OfAsync("evidence", "verify", _file, "--config", config, "--epochs", epochs);
        var alone = await ToolRun.OfAsync("evidence", "verify", _file, "--config", config);
        var foreign = await ToolRun.OfAsync("evidence", "verify", _file, "--config", config, "--epochs", other);
        var plain = await ToolRun.OfAsync("evidence", "verify", _file, "--config", _config, "--epochs", epochs);
        await WriteAsync(Equivocation(new SigningDomain(first.Cluster, new Epoch(1), Blake3.Hash("epoch"u8)), new NodeId(3), key));
        var later = await ToolRun.OfAsync("evidence", "verify", _file, "--config", config);

        Assert.That((here.ExitCode, alone.ExitCode), Is.EqualTo((ExitCode.Done, ExitCode.Done)), here.Output + here.Error + alone.Output);
        Assert.That((later.ExitCode, later.Output), Is.EqualTo((ExitCode.Failed, later.Output)));
        Assert.That(later.Output, Does.StartWith("Not valid (OtherDomain). ").And.Contain("Known are epochs 0 to 0").And.Contain("A later one needs --epochs FILE"));
        Assert.That((foreign.ExitCode, plain.ExitCode), Is.EqualTo((ExitCode.Usage, ExitCode.Usage)));
        Assert.That(foreign.Error, Does.Contain("epochs[0] is not"));
        Assert.That(plain.Error, Does.Contain("--epochs is of use with the configuration of a hybrid only"));
    }

    [Test]
    public async Task The_keys_alone_are_read_so_that_anybody_can_verify()
    {
        await WriteAsync(Equivocation(signer: 3, key: 3));
        var auditor = Directory.CreateDirectory(_folder.File("auditor")).FullName;
        File.Copy(_config, Path.Combine(auditor, "node-1.json"));

        var run = await ToolRun.OfAsync("evidence", "verify", _file, "--config", Path.Combine(auditor, "node-1.json"));

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done), run.Error);
    }

    [Test]
    public async Task Who_did_not_sign_is_not_accused()
    {
        await WriteAsync(Equivocation(signer: 3, key: 2));
        await IsNotValidAsync("InvalidSignature", "is not one of node 3");
    }

    [Test]
    public async Task Who_is_no_member_is_not_accused()
    {
        await WriteAsync(Equivocation(signer: 5, key: 3));
        await IsNotValidAsync("UnknownSigner", "Node 5 is none of the 4 members");
    }

    [Test]
    public async Task Evidence_of_another_cluster_is_not_valid_here()
    {
        await WriteAsync(Equivocation(signer: 3, key: 3, new ClusterId(Guid.NewGuid())));
        await IsNotValidAsync("OtherDomain", "the configuration is of cluster");
    }

    [Test]
    public async Task What_is_no_evidence_is_not_valid()
    {
        await File.WriteAllTextAsync(_file, "node 3 did it");
        await IsNotValidAsync("Malformed", "allowed: one JSON object");
    }

    [Test]
    public async Task A_file_that_is_too_long_is_not_valid()
    {
        await File.WriteAllBytesAsync(_file, new byte[1 << 20]);
        await IsNotValidAsync("Malformed", "more than 16384 bytes");
    }

    [Test]
    public async Task A_file_that_is_not_there_is_wrong_usage()
    {
        var run = await ToolRun.OfAsync("evidence", "verify", _folder.File("nowhere"), "--config", _config);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(run.Error, Does.Contain("nowhere cannot be read"));
    }

    [TestCase("missing", "has the public keys of 3 of 4 members")]
    [TestCase("malformed", "has the public keys of 3 of 4 members")]
    [TestCase("twice", "have the same public key")]
    [TestCase("unknown", "is not a known key")]
    public async Task A_configuration_that_does_not_say_whose_key_is_whose_is_wrong_usage(string defect, string said)
    {
        await WriteAsync(Equivocation(signer: 3, key: 3));
        var node = JsonNode.Parse(await File.ReadAllTextAsync(_config))!;
        var members = node["Consensus"]!["Members"]!.AsArray();
        switch (defect)
        {
            case "missing":
                members[1]!.AsObject().Remove("PublicKey");
                break;
            case "malformed":
                members[1]!["PublicKey"] = "key";
                break;
            case "twice":
                members[1]!["PublicKey"] = members[0]!["PublicKey"]!.DeepClone();
                break;
            default:
                members[1]!["Key"] = "x";
                break;
        }

        var broken = _folder.File($"broken-{defect}.json");
        await File.WriteAllTextAsync(broken, node.ToJsonString());

        var run = await ToolRun.OfAsync("evidence", "verify", _file, "--config", broken);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Output);
        Assert.That(run.Error, Does.Contain(said));
    }

    private async Task IsNotValidAsync(string reason, string detail)
    {
        var run = await VerifyAsync();
        var json = await VerifyAsync("--json");

        Assert.That((run.ExitCode, json.ExitCode), Is.EqualTo((ExitCode.Failed, ExitCode.Failed)), run.Error);
        Assert.That(run.Output, Does.StartWith($"Not valid ({reason}). ").And.Contain(detail));
        using var document = JsonDocument.Parse(json.Output);
        Assert.That(document.RootElement.GetProperty("valid").GetBoolean(), Is.False);
        Assert.That(document.RootElement.GetProperty("reason").GetString(), Is.EqualTo(reason));
        Assert.That(document.RootElement.GetProperty("detail").GetString(), Does.Contain(detail));
    }

    private Task<ToolRun> VerifyAsync(params string[] more) => ToolRun.OfAsync(["evidence", "verify", _file, "--config", _config, .. more]);

    private Task WriteAsync(EquivocationEvidence evidence) => File.WriteAllBytesAsync(_file, new EvidenceDocument(evidence, Seen).ToUtf8());

    private ClusterId Cluster()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(_config));
        return new ClusterId(Guid.Parse(json.RootElement.GetProperty("Consensus").GetProperty("ClusterId").GetString()!));
    }

    private EquivocationEvidence Equivocation(uint signer, uint key, ClusterId? cluster = null)
    {
        using var secret = Ed25519.Load().ImportPem(File.ReadAllBytes(_folder.File($"node-{key}.signing.key")));
        return Equivocation(new SigningDomain(cluster ?? Cluster(), new Epoch(1), Blake3.Hash("epoch"u8)), new NodeId(signer), secret);
    }

    private static EquivocationEvidence Equivocation(in SigningDomain domain, NodeId signer, ISigner key)
    {
        var one = new Statement(domain, StatementKind.PbftPrepare, new ViewNumber(7), new SequenceNumber(9), Blake3.Hash("one"u8));
        var other = one with { Hash = Blake3.Hash("two"u8) };
        return EquivocationEvidence.TryCreate(new SignedStatement(one, signer, one.Sign(key)), new SignedStatement(other, signer, other.Sign(key)), out var evidence, out var defect)
            ? evidence
            : throw new AssertionException(defect.Detail);
    }
}
