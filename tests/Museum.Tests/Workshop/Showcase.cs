using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Consensus.Museum.Tests.Workshop;

/// <summary>
/// A load of the simulator and of this assembly beside the one that runs the tests, on production code that has a bug. Nothing else in the
/// process sees it.
/// </summary>
internal sealed class Showcase : IDisposable
{
    private readonly Hall _hall;

    private Showcase(Hall hall) => _hall = hall;

    /// <summary>Puts a bug into the framework.</summary>
    public static Showcase Of(IEnumerable<Mutation> mutations) => new(new Hall(mutations
        .GroupBy(mutation => mutation.Project, StringComparer.Ordinal)
        .ToDictionary(project => $"Consensus.{project.Key}", project => Sources.Of(project.Key).CompileWith(project), StringComparer.Ordinal)));

    /// <summary>Runs an exhibit's seeds there, as <see cref="Guide.Look(string, ulong, int, string)"/> says.</summary>
    public Finding Look(string exhibit, ulong first, int count, string history = "")
    {
        var guide = _hall.LoadFromAssemblyName(typeof(Guide).Assembly.GetName()).GetType(typeof(Guide).FullName!, throwOnError: true)!;
        var look = guide.GetMethod(nameof(Guide.Look), [typeof(string), typeof(ulong), typeof(int), typeof(string)])!;
        return JsonSerializer.Deserialize<Finding>((string)look.Invoke(null, [exhibit, first, count, history])!)!;
    }

    public void Dispose() => _hall.Unload();

    /// <summary>
    /// Loads what has the bug, and what refers to it; all else is the one that everybody uses, which is compiled to machine code already.
    /// </summary>
    private sealed class Hall(Dictionary<string, byte[]> mutated) : AssemblyLoadContext("museum", isCollectible: true)
    {
        private readonly Dictionary<string, bool> _isTouched = [];

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (mutated.TryGetValue(assemblyName.Name!, out var image))
            {
                return LoadFromStream(new MemoryStream(image));
            }

            return IsTouched(assemblyName) ? LoadFromAssemblyPath(Default.LoadFromAssemblyName(assemblyName).Location) : null;
        }

        private bool IsTouched(AssemblyName assembly)
        {
            var name = assembly.Name!;
            if (!name.StartsWith("Consensus.", StringComparison.Ordinal))
            {
                return false;
            }

            if (!_isTouched.TryGetValue(name, out var isTouched))
            {
                isTouched = mutated.ContainsKey(name) || Default.LoadFromAssemblyName(assembly).GetReferencedAssemblies().Any(IsTouched);
                _isTouched.Add(name, isTouched);
            }

            return isTouched;
        }
    }
}
