using System.Text.Json.Nodes;
using Consensus.Hosting.Tests;

namespace Consensus.Samples.Tests.Locks;

/// <summary>The guide's service, as its text starts it: one process, with the configuration of its folder but for ports that are free.</summary>
[TestFixture]
[Category("Process")]
[CancelAfter(180_000)]
public sealed class LockServiceTests
{
    [Test]
    public async Task A_lock_outlives_the_process_that_gave_it()
    {
        var folder = Directory.CreateTempSubdirectory("consensus-locks-").FullName;
        var ports = FreePorts.Find(2);
        var address = new Uri($"http://127.0.0.1:{ports[0]}");
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data", "locks.json")))!;
        file["Urls"] = address.ToString();
        file["Consensus"]!["Members"]![0]!["Address"] = $"127.0.0.1:{ports[1]}";
        await File.WriteAllTextAsync(Path.Combine(folder, "locks.json"), file.ToJsonString());
        using (var service = new Instance("LockService.dll", folder, 1, address))
        {
            service.Start();
            var ann = await service.AskAsync(HttpMethod.Put, "locks/door?owner=ann&seconds=3600");
            Assert.That((ann.Status, (string?)ann.Body!["owner"]), Is.EqualTo((200, "ann")));
            Assert.That((await service.AskAsync(HttpMethod.Post, "newest-format")).Status, Is.EqualTo(200));
            await service.KillAsync();
            service.Start();
            var bob = await service.AskAsync(HttpMethod.Put, "locks/door?owner=bob&seconds=3600");
            Assert.That((bob.Status, (string?)bob.Body!["title"], (string?)bob.Body["detail"]), Is.EqualTo((409, "Held", "ann")));
            Assert.That((await service.AskAsync(HttpMethod.Delete, "locks/door?owner=ann")).Status, Is.EqualTo(200));
            var found = await service.AskAsync(HttpMethod.Put, "locks/door?owner=bob&seconds=3600");
            Assert.That((found.Status, (string?)found.Body!["owner"]), Is.EqualTo((200, "bob")));
        }

        Directory.Delete(folder, recursive: true);
    }
}
