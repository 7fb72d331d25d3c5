using Consensus.Museum.Tests.Workshop;

namespace Consensus.Museum.Tests;

public sealed class MechanismTests
{
    private const string Text = "one two three two";

    /// <summary>Projects of every kind: with one generator of the SDK, with another, with friends, with nothing of the sort.</summary>
    private static readonly string[] Files =
        ["Raft/RaftCore.cs", "Engine/Driver/ReplicaDriver.cs", "Storage/Log/Segment.cs", "Cryptography/Certificates/Statement.cs", "Replication/Sessions/SessionTable.cs"];

    [Test]
    public void A_copy_of_the_production_code_without_a_bug_does_the_same_to_the_byte()
    {
        var exhibit = Catalogue.All[0];
        using var showcase = Showcase.Of(Files.Select(file => new Mutation(file, "namespace Consensus.", "namespace Consensus.")));
        Assert.That(showcase.Look(exhibit.Name, 1, 2).Trace, Is.EqualTo(Guide.Look(exhibit.Conditions, 1, 2).Trace));
    }

    [Test]
    public void A_text_that_is_there_once_is_replaced() =>
        Assert.That(new Mutation("X/Y.cs", "one", "1").ApplyTo(Text), Is.EqualTo("1 two three two"));

    [Test]
    public void A_text_that_is_gone_says_that_the_exhibit_must_be_hung_anew() =>
        Assert.That(() => new Mutation("X/Y.cs", "four", "4").ApplyTo(Text), Throws.InvalidOperationException.With.Message.Contains("must be hung anew: src/X/Y.cs no longer has"));

    [Test]
    public void A_text_that_is_there_more_than_once_says_so() =>
        Assert.That(() => new Mutation("X/Y.cs", "two", "2").ApplyTo(Text), Throws.InvalidOperationException.With.Message.Contains("more than once"));

    [Test]
    public void A_file_that_is_gone_says_so() =>
        Assert.That(() => Showcase.Of([new Mutation("Raft/Nothing.cs", "a", "b")]), Throws.InvalidOperationException.With.Message.Contains("no file src/Raft/Nothing.cs"));

    [Test]
    public void A_bug_that_does_not_compile_says_why() =>
        Assert.That(() => Showcase.Of([new Mutation("Raft/RaftCore.cs", "internal sealed class RaftCore", "internal sealed klass RaftCore")]), Throws.InvalidOperationException.With.Message.Contains("error CS"));
}
