using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Consensus.Museum.Tests.Workshop;

/// <summary>
/// A load of the whole framework and of this assembly beside the one that runs the tests, with some assemblies replaced. Nothing else in the
/// process sees them.
/// </summary>
internal sealed class Showcase : IDisposable
{
    private readonly Hall _hall;

    private Showcase(Hall hall) => _hall = hall;

    /// <summary>Puts an exhibit's bug into the framework.</summary>
    public static Showcase Of(Exhibit exhibit) => new(new Hall(exhibit.Mutations
        .GroupBy(mutation => mutation.Project)
        .ToDictionary(project => $"Consensus.{project.Key}", project => Sources.Of(project.Key).CompileWith(project))));

    /// <summary>Runs an exhibit's seeds there.</summary>
    public Finding Look(string exhibit, ulong first, int count)
    {
        var guide = _hall.LoadFromAssemblyName(typeof(Guide).Assembly.GetName()).GetType(typeof(Guide).FullName!, throwOnError: true)!;
        var look = guide.GetMethod(nameof(Guide.Look), [typeof(string), typeof(ulong), typeof(int)])!;
        return JsonSerializer.Deserialize<Finding>((string)look.Invoke(null, [exhibit, first, count])!)!;
    }

    public void Dispose() => _hall.Unload();

    private sealed class Hall(Dictionary<string, byte[]> mutated) : AssemblyLoadContext("museum", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (mutated.TryGetValue(assemblyName.Name!, out var image))
            {
                return LoadFromStream(new MemoryStream(image));
            }

            var path = Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll");
            return assemblyName.Name!.StartsWith("Consensus.", StringComparison.Ordinal) && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
        }
    }
}
