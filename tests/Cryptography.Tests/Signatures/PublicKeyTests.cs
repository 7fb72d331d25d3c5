namespace Consensus.Cryptography.Tests;

internal sealed class PublicKeyTests
{
    private const string Text = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    [Test]
    public void A_key_comes_back_from_its_text()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var key = new PublicKey(Inputs.Random(PublicKey.Size, seed));
            Assert.That(PublicKey.Parse($"{key}"), Is.EqualTo(key), $"seed {seed}");
            Assert.That(PublicKey.TryParse(key.ToString().ToUpperInvariant(), out var again) && again == key, Is.True);
        }
    }

    [TestCase("")]
    [TestCase(Text + "0")]
    [TestCase(Text + "00")]
    [TestCase(" " + Text)]
    [TestCase("0x9bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")]
    [TestCase("1gbf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1")]
    [TestCase("Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=")]
    public void What_is_no_key_is_refused_and_not_repeated(string text)
    {
        Assert.That(PublicKey.TryParse(text, out var key), Is.False);
        Assert.That(key.IsNone, Is.True);
        var error = Assert.Throws<FormatException>(() => PublicKey.Parse(text));
        Assert.That(error.Message, Does.Contain("allowed: 64 hexadecimal digits").And.Contain($"{text.Length} characters"));
        Assert.That(text.Length > 0 && error.Message.Contains(text, StringComparison.Ordinal), Is.False);
    }
}
