using Consensus.Cli.Demo.Audit;

namespace Consensus.Cli.Tests.Demo;

[TestFixture]
public sealed class AuditorTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);

    [Test]
    public void Acknowledged_once_and_found_once_everywhere_is_clean()
    {
        var (ledger, evidence) = Truth(OperationOutcome.Acknowledged, OperationOutcome.Acknowledged, OperationOutcome.Acknowledged);

        var result = Auditor.Compare([ledger], evidence);

        Assert.That(result.IsClean, Is.True);
        Assert.That(result.Acknowledged, Is.EqualTo(3));
    }

    [Test]
    public void An_acknowledged_operation_that_one_node_lacks_is_lost()
    {
        var (ledger, _) = Truth(OperationOutcome.Acknowledged, OperationOutcome.Acknowledged);

        var result = Auditor.Compare([ledger], [Evidence(One, 0, 1), Evidence(Two, 1)]);

        Assert.That((result.Lost, result.Duplicated, result.Phantom), Is.EqualTo((1, 0, 0)));
        Assert.That(result.Examples, Has.One.Items.And.ItemAt(0).Contains("0.0").And.ItemAt(0).Contains("node 2"));
    }

    [Test]
    public void An_operation_that_all_nodes_lack_is_lost_once()
    {
        var (ledger, _) = Truth(OperationOutcome.Acknowledged);

        var result = Auditor.Compare([ledger], [Evidence(One), Evidence(Two)]);

        Assert.That(result.Lost, Is.EqualTo(1));
    }

    [TestCase(OperationOutcome.Acknowledged)]
    [TestCase(OperationOutcome.Unknown)]
    public void An_operation_that_took_effect_twice_is_duplicated_whatever_its_client_was_told(object outcome)
    {
        var (ledger, _) = Truth((OperationOutcome)outcome);

        var result = Auditor.Compare([ledger], [Evidence(One, 0), Evidence(Two, 0, 0)]);

        Assert.That((result.Lost, result.Duplicated, result.Phantom), Is.EqualTo((0, 1, 0)));
    }

    [Test]
    public void An_operation_of_unknown_outcome_may_have_taken_effect_or_not()
    {
        var (ledger, _) = Truth(OperationOutcome.Unknown, OperationOutcome.Unknown);

        var result = Auditor.Compare([ledger], [Evidence(One, 0), Evidence(Two, 0)]);

        Assert.That(result.IsClean, Is.True);
        Assert.That(result.Unknown, Is.EqualTo(2));
    }

    [Test]
    public void A_refused_operation_that_took_effect_is_a_phantom()
    {
        var (ledger, _) = Truth(OperationOutcome.Refused);

        var result = Auditor.Compare([ledger], [Evidence(One, 0)]);

        Assert.That((result.Lost, result.Duplicated, result.Phantom), Is.EqualTo((0, 0, 1)));
    }

    [Test]
    public void An_operation_that_nobody_sent_is_a_phantom()
    {
        var (ledger, _) = Truth(OperationOutcome.Acknowledged);
        var evidence = Evidence(One, 0, 7);
        evidence.Add(new OperationId(99, 0));

        var result = Auditor.Compare([ledger], [evidence]);

        Assert.That(result.Phantom, Is.EqualTo(2));
    }

    [Test]
    public void Only_some_findings_are_told_in_words()
    {
        var (ledger, _) = Truth([.. Enumerable.Repeat(OperationOutcome.Acknowledged, 50)]);

        var result = Auditor.Compare([ledger], [Evidence(One)]);

        Assert.That(result.Lost, Is.EqualTo(50));
        Assert.That(result.Examples, Has.Count.EqualTo(Auditor.ExamplesMax));
    }

    [Test]
    public void A_ledger_takes_no_outcome_of_another_client()
    {
        var ledger = new ClientLedger(3);

        Assert.That(() => ledger.End(new OperationId(4, 0), OperationOutcome.Acknowledged), Throws.ArgumentException);
    }

    [TestCase("3.17", 3, 17)]
    [TestCase("0.0", 0, 0)]
    public void A_name_is_read_as_it_was_written(string text, int client, int number)
    {
        Assert.That(OperationId.TryParse(text, out var id), Is.True);
        Assert.That(id, Is.EqualTo(new OperationId(client, number)));
        Assert.That(id.ToString(), Is.EqualTo(text));
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("3")]
    [TestCase("3.")]
    [TestCase(".17")]
    [TestCase("-3.17")]
    [TestCase("3.17.2")]
    [TestCase("3.99999999999")]
    public void What_is_no_name_is_not_read_as_one(string text) => Assert.That(OperationId.TryParse(text, out _), Is.False);

    private static (ClientLedger Ledger, IReadOnlyList<NodeEvidence> Evidence) Truth(params OperationOutcome[] outcomes)
    {
        var ledger = new ClientLedger(0);
        foreach (var outcome in outcomes)
        {
            ledger.End(ledger.Begin(), outcome);
        }

        var all = Enumerable.Range(0, outcomes.Length).ToArray();
        return (ledger, [Evidence(One, all), Evidence(Two, all)]);
    }

    private static NodeEvidence Evidence(NodeId node, params int[] numbers)
    {
        var evidence = new NodeEvidence(node);
        foreach (var number in numbers)
        {
            evidence.Add(new OperationId(0, number));
        }

        return evidence;
    }
}
