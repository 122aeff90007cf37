import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.MeetingsApi;
import org.openapitools.client.api.MeetingsApi.APIExportMeetingsRequest;
import org.openapitools.client.api.MeetingsApi.APIListMeetingsRequest;
import org.openapitools.client.model.MeetingPage;
import org.openapitools.client.model.ParticipationRole;

/** What a user of openapi-generator's Java client writes: `java Program http://127.0.0.1:8000`. */
public class Program {
    static MeetingsApi meetings;

    static void check(boolean holds, String what) {
        if (!holds) throw new AssertionError(what);
    }

    static APIListMeetingsRequest.Builder asked() {
        return APIListMeetingsRequest.newBuilder().limit(200);
    }

    static Set<String> slugs(APIListMeetingsRequest.Builder asked) throws ApiException {
        return meetings.listMeetings(asked.build()).getResults().stream().map(one -> one.getSlug()).collect(Collectors.toSet());
    }

    static String cursor(String url) {
        return url.replaceAll(".*[?&]cursor=([^&]*).*", "$1");
    }

    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        meetings = new MeetingsApi(client);
        // Nine digits of a second, on most machines.
        OffsetDateTime now = OffsetDateTime.now();

        List<String> all = new ArrayList<>();
        String next = null;
        do {
            APIListMeetingsRequest.Builder asked = APIListMeetingsRequest.newBuilder().limit(5);
            MeetingPage page = meetings.listMeetings((next == null ? asked : asked.cursor(cursor(next))).build());
            page.getResults().forEach(one -> all.add(one.getSlug()));
            next = page.getNext() == null ? null : page.getNext().toString();
        } while (next != null);
        check(new HashSet<>(all).size() == all.size() && all.size() > 10, "pages");

        Set<String> russia = slugs(asked().participant(List.of("RUS"))), turkey = slugs(asked().participant(List.of("TUR")));
        Set<String> both = new HashSet<>(russia), either = new HashSet<>(russia);
        both.retainAll(turkey);
        either.addAll(turkey);
        check(!both.isEmpty() && slugs(asked().participant(List.of("RUS", "TUR"))).equals(both), "all of");
        check(slugs(asked().participant(List.of("RUS,TUR"))).equals(either), "any of");
        check(!slugs(asked().participantRole(List.of(ParticipationRole.HOST, ParticipationRole.MEDIATOR))).isEmpty(), "roles");
        check(!slugs(asked().near(List.of(46.2, 6.15, 50.0))).isEmpty(), "near");
        check(slugs(asked().updatedAfter(now)).isEmpty(), "updated_after");
        check(slugs(asked().knownAt(now)).equals(new HashSet<>(all)), "known_at");

        // `fields` is for plain JSON: its answers lack keys that a Meeting has.
        HttpRequest some = HttpRequest.newBuilder(URI.create(arguments[0] + "/api/v1/meetings?limit=1&fields=slug&fields=name")).build();
        String body = HttpClient.newHttpClient().send(some, HttpResponse.BodyHandlers.ofString()).body();
        JsonNode record = new ObjectMapper().readTree(body).get("results").get(0);
        check(record.size() == 2 && record.has("slug") && record.has("name"), "fields");

        try {
            slugs(asked().cursor("nowhere"));
            throw new AssertionError("no problem");
        } catch (ApiException problem) {
            JsonNode flaw = new ObjectMapper().readTree(problem.getResponseBody()).get("errors").get(0);
            check(problem.getCode() == 400 && flaw.get("code").asText().equals("invalid_cursor"), "problem");
        }

        File file = meetings.exportMeetings(APIExportMeetingsRequest.newBuilder().build());
        List<String> lines = Files.readAllLines(file.toPath());
        check(lines.size() == all.size() + 1, "export");
        JsonNode last = new ObjectMapper().readTree(lines.get(all.size()));
        check(last.get("complete").asBoolean() && last.get("count").asInt() == all.size(), "whole export");
        System.out.println("openapi-generator java: " + all.size() + " meetings walked, filtered and exported");
    }
}
