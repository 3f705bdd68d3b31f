package mware.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;

/** A bare Vert.x server in a process of its own: one handler, one JSON text. */
public final class BareVertxPeer {

    private BareVertxPeer() {}

    public static void main(String[] args) {
        String json =
                "{\"id\":\"x_bench\",\"key\":\"x_bench\",\"value\":{\"text\":\"hello\"},\"ext\":{\"ct\":\"2026-11-25T10:00:00.000Z\",\"lwt\":\"2026-11-25T10:00:00.000Z\"}}";
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        vertx.deployVerticle(
                        () -> new AbstractVerticle() {
                            @Override
                            public void start(Promise<Void> started) {
                                vertx.createHttpServer()
                                        .requestHandler(request -> request.response()
                                                .putHeader("Content-Type", "application/json; charset=utf-8")
                                                .end(Buffer.buffer(json)))
                                        .listen(Integer.parseInt(args[0]), "127.0.0.1")
                                        .<Void>mapEmpty()
                                        .onComplete(started);
                            }
                        },
                        new DeploymentOptions().setInstances(2)) // one on each event loop, as mware does
                .onSuccess(open -> System.out.println("READY"));
    }
}
