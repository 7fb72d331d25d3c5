using System.Text.Json;

namespace Consensus.Cryptography.Tests;

/// <summary>Project Wycheproof's vectors for the verification of Ed25519.</summary>
[TestFixtureSource(typeof(Libraries), nameof(Libraries.All))]
internal sealed class WycheproofTests(Ed25519Library library)
{
    [Test]
    public void Every_vector_gets_the_verdict_that_it_states()
    {
        var ed25519 = Libraries.Need(library);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", "ed25519-wycheproof.json")));
        var count = 0;
        using var scope = Assert.EnterMultipleScope();
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = PublicKey.Parse(group.GetProperty("publicKey").GetProperty("pk").GetString());
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var message = Convert.FromHexString(test.GetProperty("msg").GetString()!);
                var signature = Convert.FromHexString(test.GetProperty("sig").GetString()!);
                var isValid = signature.Length == Signature.Size && ed25519.Verify(key, message, new Signature(signature));
                Assert.That(isValid, Is.EqualTo(test.GetProperty("result").GetString() == "valid"), $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment")}");
                count++;
            }
        }

        Assert.That(count, Is.EqualTo(151));
    }
}
