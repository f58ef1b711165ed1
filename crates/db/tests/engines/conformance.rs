//! The behaviours that both engines share, one module per aggregate, and the list that names them all. A behaviour that is
//! missing here is unused code, which the compiler reports.

pub mod admin_keys;
pub mod carts;
pub mod checkouts;
pub mod goods;
pub mod jobs;
pub mod keys;
pub mod landed_costs;
pub mod lists;
pub mod operations;
pub mod orders;
pub mod sandboxes;
pub mod stores;
pub mod supply_edits;
pub mod webhooks;
pub mod wholesale;

/// One test per behaviour on the engine of `$scratch`.
macro_rules! suite {
    ($scratch:ty) => {
        behaviours! { $scratch;
            stores {
                a_store_is_read_back_as_it_was_written
                an_unknown_store_is_no_error
                a_taken_store_id_is_a_conflict_and_changes_nothing
                stores_are_listed_by_their_numbers
                an_update_touches_name_and_settings_of_one_store
                a_new_secret_replaces_the_old_one_of_one_store
                order_numbers_count_up_for_each_store_from_its_first
                a_number_taken_by_a_failed_operation_is_taken_again
                a_store_without_a_counter_is_inconsistent
                order_numbers_have_no_gaps_when_writers_fail
            }
            carts {
                a_cart_is_read_back_as_it_was_written
                an_unknown_cart_is_no_error
                a_cart_can_be_locked_only_by_its_store
                a_taken_cart_id_is_a_conflict
                a_cart_of_an_unknown_store_is_refused
                a_bad_cart_among_many_fails_alone
                a_cart_of_a_failed_operation_is_not_there
                old_carts_go_with_their_checkouts_quotes_and_refused_payments
                carts_with_orders_or_money_under_way_are_kept
                the_cleaner_walks_in_steps_and_spares_younger_carts
            }
            checkouts {
                a_checkout_is_read_back_as_it_was_opened
                an_unknown_checkout_is_no_error
                a_checkout_of_an_unknown_cart_is_refused
                one_browser_has_one_checkout_for_a_cart_and_another_has_its_own
                all_that_open_a_checkout_at_once_get_the_same_one
                another_store_sees_no_checkout_and_opens_none
                a_change_needs_the_version_it_saw
                of_many_changes_at_once_one_wins
                a_quote_is_read_back_by_its_store_only
                a_taken_quote_id_is_a_conflict_and_a_quote_without_checkout_is_refused
                an_attempt_is_read_back_in_every_state_and_by_its_store_only
                a_taken_attempt_id_is_a_conflict
                an_attempt_moves_only_from_the_state_it_was_seen_in
                of_many_outcomes_of_an_attempt_at_once_one_is_kept
            }
            orders {
                an_order_is_read_back_as_it_was_placed
                an_unknown_order_is_no_error
                another_store_sees_nothing_of_an_order_and_changes_nothing
                a_cart_an_attempt_and_a_number_make_one_order_each
                of_many_that_place_the_same_cart_one_makes_the_order
                all_that_lock_the_cart_first_get_the_same_order
                an_order_is_found_by_its_cart
                of_several_orders_with_a_reference_the_newest_is_found
                a_status_moves_only_from_where_it_was_seen
                of_many_moves_at_once_one_wins
                every_status_can_be_stored
                the_head_of_an_order_tells_what_changed
                history_keeps_its_order_and_statuses_come_newest_first
                history_of_an_unknown_order_is_refused
                parcels_are_replaced_and_keep_their_order
                a_consignment_twice_is_a_conflict_and_the_old_parcels_stay
            }
            lists {
                an_empty_list_is_no_error
                orders_are_listed_by_number_for_every_selector
                orders_of_one_moment_are_all_listed
                no_order_is_lost_when_clocks_disagree
                no_order_is_lost_behind_a_clock_that_ran_ahead
                a_list_shows_what_changed
            }
            jobs {
                a_claimed_job_is_what_was_written
                a_job_of_the_house_has_no_store
                jobs_are_claimed_when_due_earliest_first_and_no_more_than_asked_for
                a_job_is_written_with_its_cause_or_not_at_all
                a_taken_job_id_is_a_conflict
                a_key_belongs_to_one_unfinished_job
                a_waiting_job_moves_to_the_earlier_time_and_can_be_taken_back
                of_many_that_write_one_key_at_once_one_does
                many_workers_claim_every_job_once
                a_lease_that_ran_out_gives_the_job_to_the_next
                a_failed_run_is_run_again_later
                a_dead_job_is_listed_and_can_be_run_again
                jobs_are_counted_listed_and_forgotten_by_state
            }
            keys {
                the_first_claim_of_a_key_wins_and_later_ones_see_its_answer
                a_key_counts_for_one_operation_of_one_store
                a_key_is_free_again_when_its_time_is_over
                a_key_claimed_by_a_failed_operation_is_free
                of_many_requests_with_one_key_one_has_the_effect
                keys_past_their_time_are_forgotten
                a_fact_is_set_and_replaced
            }
            landed_costs {
                a_rule_book_is_kept_once_and_read_back
                of_many_that_keep_one_rule_book_at_once_all_succeed
                tariffs_are_listed_by_territory_with_the_newest_last
                rates_come_newest_first_up_to_a_day
                a_landed_quote_is_read_back_by_its_store_only
                landed_quotes_are_walked_in_steps
                quotes_of_the_checkout_show_their_landed_cost
            }
            wholesale {
                a_wholesaler_is_read_back_by_number_and_domain
                counters_have_no_gaps_and_count_for_each_wholesaler
                accounts_and_their_sessions_are_read_back_by_their_wholesaler_only
                couriers_and_points_are_read_back_and_found_by_place
                recipients_belong_to_one_account
                a_basket_keeps_positions_lines_and_files
                an_order_is_read_back_with_parcels_and_history
                an_order_moves_only_from_the_status_it_was_seen_in
                orders_are_listed_by_every_filter_newest_first
            }
            supply_edits {
                orders_are_found_by_terms_that_follow_their_documents
                a_part_of_what_is_put_aside_is_let_go_once
                files_of_a_removed_line_are_forgotten
            }
            goods {
                products_are_read_back_and_replaced_whole
                a_code_names_one_size_of_a_wholesaler
                what_is_on_offer_counts_sellable_stock_less_live_reservations
                goods_are_put_aside_once_and_only_while_there_are_enough
                locking_stock_clears_reservations_whose_time_is_over
                stocks_are_set_together_and_only_where_they_differ
                a_long_operation_is_kept_or_taken_back_by_itself
            }
            webhooks {
                an_endpoint_is_read_back_by_its_owner_only
                an_endpoint_changes_everything_but_its_secret
                a_new_secret_keeps_the_one_before
                an_endpoint_is_switched_off_when_it_has_failed_since_long
                an_event_is_read_back_by_its_owner_only_and_told_once
                of_many_that_tell_the_same_at_once_one_does
                an_event_goes_to_an_endpoint_once
                deliveries_are_listed_newest_first
                a_try_is_recorded_once_and_only_from_where_it_was_seen
                an_endpoint_takes_its_deliveries_with_it
                old_events_go_with_their_deliveries_and_their_keys_stay
                a_mail_is_written_once_and_settled_once
            }
            admin_keys {
                a_key_is_found_by_its_hash_and_listed_by_its_wholesaler
                a_key_is_revoked_once_and_by_its_wholesaler_only
                a_login_belongs_to_one_key_of_its_wholesaler_until_that_is_revoked
                the_log_is_read_newest_first_by_its_wholesaler_and_forgotten
            }
            sandboxes {
                a_sandbox_is_read_back_and_tells_until_when_it_is_open
                an_end_moves_only_from_where_it_was_seen_and_not_once_removal_has_begun
                sandboxes_are_counted_for_the_limits
                a_wholesaler_goes_in_steps_and_takes_nothing_of_another_along
                jobs_of_any_kind_that_name_an_owner_are_found
            }
            operations {
                an_acknowledged_write_is_read_at_once
                a_failed_operation_leaves_no_trace
                failed_operations_spare_those_beside_them
                an_operation_that_goes_on_after_a_database_error_fails
                a_write_inside_a_read_is_refused
                the_null_character_is_refused_in_text_and_kept_in_documents
                long_texts_are_kept_whole
                writers_of_the_same_row_follow_one_another
                a_sound_database_answers_and_has_no_findings
                a_closed_database_is_unavailable
                closing_finishes_what_was_queued
                a_closure_borrows_its_input_and_is_all_or_nothing
                a_closure_that_asks_for_it_is_run_again_or_tells_so
            }
        }
    };
}

macro_rules! behaviours {
    ($scratch:ty; $($module:ident { $($name:ident)+ })+) => {$(
        mod $module {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                $crate::harness::on_empty::<$scratch, _>($crate::conformance::$module::$name).await;
            })+
        }
    )+};
}
